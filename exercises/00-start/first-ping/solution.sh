# The first line of ping's output says which address the name has.
answer where $(ping -c 1 www.example.com | head -n 1 | cut -d '(' -f 2 | cut -d ')' -f 1)
