"""How do the masks and clusters of all windows become turns? As in stock, in flat memory."""
