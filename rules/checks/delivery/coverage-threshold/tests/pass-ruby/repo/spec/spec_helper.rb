SimpleCov.start do
  minimum_coverage 95
end
