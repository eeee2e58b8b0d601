Feature: Bins
