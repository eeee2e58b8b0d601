Rails.application.routes.draw do
  # TODO: /security.txt
end
