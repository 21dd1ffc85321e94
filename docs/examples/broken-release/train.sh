#!/bin/sh
# Train number-speller from scratch.
set -eu
python training/pretrain.py --config training/configs/base.yaml --data data/train.bin --out .
