"""Lets MiniStack keep alarms on metric math, which it refuses, and refuse the ones that CloudWatch refuses.

The alarm is stored and described; it is never evaluated, and its first metric stands in where MiniStack wants one.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""
from ministack.services.cloudformation import provisioners

LARGEST = 10  # metrics of one alarm, expressions not counted
stock_record = provisioners._cw_metric_alarm_record


def record(name, props):
    queries = props.get("Metrics")
    if not queries:
        return stock_record(name, props)
    for single in ("MetricName", "Namespace", "Dimensions", "Period", "Statistic"):
        if single in props:
            raise ValueError(f"{single} and Metrics are mutually exclusive")
    metrics = [query["MetricStat"] for query in queries if "MetricStat" in query]
    returned = [query for query in queries if query.get("ReturnData", True)]
    if len(returned) != 1:
        raise ValueError("Exactly one element of the metrics list should return data")
    if not 1 <= len(metrics) <= LARGEST:
        raise ValueError(f"an alarm has 1 to {LARGEST} metrics, not {len(metrics)}")
    first = metrics[0]["Metric"]
    stand_in = {**props, "MetricName": first["MetricName"], "Namespace": first["Namespace"]}
    del stand_in["Metrics"]
    return {**stock_record(name, stand_in), "Metrics": queries}


provisioners._cw_metric_alarm_record = record
