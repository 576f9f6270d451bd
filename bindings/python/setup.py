"""Builds the Python package: `python setup.py sdist bdist_wheel`, or `pip wheel .`; one wheel for all Pythons."""
import os
import re

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))


def read(*names):
    with open(os.path.join(HERE, *names)) as source:
        return source.read()


setup(
    name="ip_driver",
    version=re.search('__version__ = "(.*)"', read("ip_driver", "__init__.py")).group(1),
    description="IP address management with pluggable backends: the Python form of the C library ip_driver",
    long_description=read("README.md"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=find_packages(),
    package_data={"ip_driver": ["py.typed", "*.pyi"]},
    python_requires=">=2.6, !=3.0.*, !=3.1.*, !=3.2.*, !=3.3.*, !=3.4.*, !=3.5.*",
    entry_points={"console_scripts": ["ip-driver-nova = ip_driver.nova.deployment.program:main"]},
    zip_safe=False,
    classifiers=[
        "License :: OSI Approved :: Apache Software License",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 2",
        "Programming Language :: Python :: 3",
        "Topic :: System :: Networking",
    ],
)
