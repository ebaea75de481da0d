"""What values and gradients say of many points: sensitivities, losses, attributions."""
