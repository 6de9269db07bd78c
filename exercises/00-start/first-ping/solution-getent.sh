# Asking the resolver alone, without sending a ping.
answer where $(getent ahostsv4 www.example.com | head -n 1 | cut -d ' ' -f 1)
