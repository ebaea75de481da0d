"""Analysis of values and gradients at many points: sensitivities, losses, attributions."""
