#!/bin/sh
python trainer/train.py --config configs/pretrain.yaml
