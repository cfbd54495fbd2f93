"""Who is let in by brokers, how, and what may each do there?"""
