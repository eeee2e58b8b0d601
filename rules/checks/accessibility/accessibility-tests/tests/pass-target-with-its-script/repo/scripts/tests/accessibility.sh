#!/bin/sh
npx pa11y-ci
