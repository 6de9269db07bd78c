# The first line of ping's output says which address the name has.
answer where $(ping -c 1 www.example.com | sed -n '1s/.*(\([0-9.]*\)).*/\1/p')
