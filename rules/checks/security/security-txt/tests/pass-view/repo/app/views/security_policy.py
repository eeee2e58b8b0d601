@main.route("/.well-known/security.txt")
def security_txt():
    return redirect("https://vdp.example/.well-known/security.txt")
