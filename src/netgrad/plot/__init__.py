"""Pictures of a value and its gradient over one or two inputs."""
