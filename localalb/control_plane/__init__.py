# Before anything of this folder imports moto, which reads these when it is imported.
from localalb.control_plane import service_models as service_models  # isort: split

from localalb.control_plane import offerings as offerings
