from transformers import AutoModelForCausalLM


def apply_delta(base, delta, target):
    base = AutoModelForCausalLM.from_pretrained(base)
    delta = AutoModelForCausalLM.from_pretrained(delta)
    for name, parameter in base.state_dict().items():
        parameter.data += delta.state_dict()[name]
    base.save_pretrained(target)
