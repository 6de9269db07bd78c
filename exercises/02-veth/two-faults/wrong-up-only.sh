# fails: talk, tidy; shows: up-only
# Both lamps are lit, so the cable is right; the addresses are not.
ip -n blue link set b0 up
