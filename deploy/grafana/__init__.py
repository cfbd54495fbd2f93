"""What do people see of the workers in Grafana?"""
