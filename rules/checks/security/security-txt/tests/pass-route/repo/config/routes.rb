Rails.application.routes.draw do
  get "/.well-known/security.txt" => redirect("https://vdp.example/.well-known/security.txt")
end
