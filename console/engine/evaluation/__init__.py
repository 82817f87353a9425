"""How good trained models are, over one training or over several."""
