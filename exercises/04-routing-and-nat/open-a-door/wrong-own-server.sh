# fails: client, self, who; shows: not-box
# A page at the right address, and it is not box's.
(trap "" HUP; webd {port} &)
