# traffic_count and traffic_show are each linked with these two.
PARTS = open_traffic.c say.c
