from setuptools import setup

setup(name="harbour-templates")
