from localalb.control_plane import offerings as offerings  # before anything of this folder imports moto's EC2
