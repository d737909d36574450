"""MiniStack 1.5.33 with a faithful AWS::DynamoDB::GlobalTable handler, for end-to-end runs of the real CDK CLI.

Stock MiniStack accepts the resource but drops replicas, TTL, point-in-time recovery, deletion protection and tags. This
wrapper provisions through MiniStack's own DynamoDB API instead and refuses what CloudFormation refuses (globaltable_rules.py),
also a table that exists already, and the deletion of a protected replica. With REPLICA_LOCK=1 the region that a replica was
created from cannot be deleted, as within 24 hours on AWS. It also resolves Fn::GetStackOutput across regions.

    pip install ministack==1.5.33
    GATEWAY_PORT=4566 python ministack_globaltable.py

With STOP_WITH_STDIN=1 it ends when its standard input closes, so it never outlives the process that started it.

It uses private names of MiniStack, so the version is pinned. Not modelled: autoscaling limits (fixed 5/5), Kinesis, vector
indexes, warm throughput, strong consistency, per-replica capacity of indexes, the period of point-in-time recovery.
A green run proves the CLI and stack mechanics and that the template's values reach the API. It does not prove that AWS
accepts the template.
"""
import json
import os
import signal
import sys
import threading

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudformation, dynamodb
from ministack.services.cloudformation import changesets, engine, provisioners

import metric_math_alarms  # noqa: F401  (keeps alarms on metric math)
from globaltable_rules import check_create, check_update, index_changes, is_provisioned, named, refuse_when, replicas_of

RESOURCE_TYPE = "AWS::DynamoDB::GlobalTable"
PROVISIONED = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
replication_sources = set()  # (table, region) pairs that a replica was created from


def call(operation, data, region=None):
    """Run one MiniStack DynamoDB operation in a region; raise ValueError with its message on an error answer."""
    with request_scope(get_account_id(), region or get_region()):
        status, _, body = operation(data)
    if status >= 400:
        raise ValueError(json.loads(body).get("message") or repr(body))
    return json.loads(body) if body else {}


def locked_regions(name):
    if os.environ.get("REPLICA_LOCK") != "1":
        return set()
    return {region for table, region in replication_sources if table == name}


def update_table(name, region, **changes):
    call(dynamodb._update_table, {"TableName": name, **changes}, region)


def apply_recovery(name, region, replica, previous):
    enabled, was = ((r.get("PointInTimeRecoverySpecification") or {}).get("PointInTimeRecoveryEnabled", False)
                    for r in (replica, previous))
    if enabled != was:
        specification = {"PointInTimeRecoveryEnabled": enabled}
        call(dynamodb._update_continuous_backups,
             {"TableName": name, "PointInTimeRecoverySpecification": specification}, region)


def apply_tags(arn, region, replica, previous):
    tags, old_tags = (named(r.get("Tags"), "Key") for r in (replica, previous))
    removed = sorted(old_tags.keys() - tags.keys())
    if removed:
        call(dynamodb._untag_resource, {"ResourceArn": arn, "TagKeys": removed}, region)
    if tags:
        call(dynamodb._tag_resource, {"ResourceArn": arn, "Tags": list(tags.values())}, region)


def apply_policy(arn, region, replica, previous):
    policy, old_policy = replica.get("ResourcePolicy"), previous.get("ResourcePolicy")
    if policy and policy != old_policy:
        document = json.dumps(policy["PolicyDocument"])
        call(dynamodb._put_resource_policy, {"ResourceArn": arn, "Policy": document}, region)
    elif old_policy and not policy:
        call(dynamodb._delete_resource_policy, {"ResourceArn": arn}, region)


def insights_of(replica):
    """The tables (None) and indexes of a replica that contributor insights are on for."""
    carriers = {None: replica, **named(replica.get("GlobalSecondaryIndexes"))}
    return {name for name, carrier in carriers.items() if (carrier.get("ContributorInsightsSpecification") or {}).get("Enabled")}


def apply_insights(name, region, replica, previous):
    wanted, was = insights_of(replica), insights_of(previous)
    for index in wanted ^ was:
        request = {"TableName": name, "ContributorInsightsAction": "ENABLE" if index in wanted else "DISABLE"}
        call(dynamodb._update_contributor_insights, request | ({"IndexName": index} if index else {}), region)


def sse_request(props, replica):
    encryption = props.get("SSESpecification") or {}
    request = {"Enabled": bool(encryption.get("SSEEnabled"))}
    if request["Enabled"]:
        request["SSEType"] = encryption.get("SSEType", "KMS")
    key = (replica.get("SSESpecification") or {}).get("KMSMasterKeyId")
    return request | ({"KMSMasterKeyId": key} if key else {})


def on_demand_limits(props, replica):
    writes = (props.get("WriteOnDemandThroughputSettings") or {}).get("MaxWriteRequestUnits")
    reads = (replica.get("ReadOnDemandThroughputSettings") or {}).get("MaxReadRequestUnits")
    return {"MaxWriteRequestUnits": writes or -1, "MaxReadRequestUnits": reads or -1}


def apply_replica_settings(name, region, props, previous_props=None):
    """Bring what each region has of its own from the previous properties to the new ones."""
    replica, previous = replicas_of(props)[region], replicas_of(previous_props or {}).get(region, {})
    arn = f"arn:aws:dynamodb:{region}:{get_account_id()}:table/{name}"
    apply_recovery(name, region, replica, previous)
    for setting, default in (("DeletionProtectionEnabled", False), ("TableClass", "STANDARD")):
        if replica.get(setting, default) != previous.get(setting, default):
            update_table(name, region, **{setting: replica.get(setting, default)})
    for setting, of in (("SSESpecification", sse_request), ("OnDemandThroughput", on_demand_limits)):
        if of(props, replica) != of(previous_props or {}, previous):
            update_table(name, region, **{setting: of(props, replica)})
    apply_tags(arn, region, replica, previous)
    apply_policy(arn, region, replica, previous)
    apply_insights(name, region, replica, previous)


def add_replica(name, region):
    update_table(name, None, ReplicaUpdates=[{"Create": {"RegionName": region}}])
    replication_sources.add((name, get_region()))


def index_definition(index, provisioned):
    definition = {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
    return definition | ({"ProvisionedThroughput": PROVISIONED} if provisioned else {})


def creation_request(name, props):
    provisioned = is_provisioned(props)
    request = {key: props[key] for key in ("AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes") if key in props}
    request |= {"TableName": name, "BillingMode": "PROVISIONED" if provisioned else props["BillingMode"]}
    if props.get("StreamSpecification"):
        request["StreamSpecification"] = {"StreamEnabled": True, **props["StreamSpecification"]}
    if provisioned:
        request["ProvisionedThroughput"] = PROVISIONED
    indexes = [index_definition(index, provisioned) for index in props.get("GlobalSecondaryIndexes", [])]
    return request | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def attributes(name):
    table = dynamodb._tables[name]
    return provisioners._ddb_attrs(table) | {"TableId": table["TableId"]}


def create(logical_id, props, stack_name):
    name = props.get("TableName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
    home = get_region()
    check_create(props, home)
    call(dynamodb._create_table, creation_request(name, props))
    made = [home]
    try:
        for region in replicas_of(props):
            if region != home:
                add_replica(name, region)
                made.append(region)
        expiry = props.get("TimeToLiveSpecification")
        if expiry and expiry.get("Enabled"):
            call(dynamodb._update_ttl, {"TableName": name, "TimeToLiveSpecification": expiry})
        for region in made:
            apply_replica_settings(name, region, props)
    except ValueError:
        for region in made:  # CloudFormation leaves nothing of a table that it failed to create
            update_table(name, region, DeletionProtectionEnabled=False)
            call(dynamodb._delete_table, {"TableName": name}, region)
        raise
    return name, attributes(name)


def update_indexes(name, regions, old, new):
    deleted, created = index_changes(old, new)
    changes = [{"Delete": {"IndexName": index}} for index in deleted]
    wanted = named(new.get("GlobalSecondaryIndexes"))
    changes += [{"Create": index_definition(wanted[index], is_provisioned(new))} for index in created]
    for change in changes:
        for region in regions:
            update_table(name, region, AttributeDefinitions=new["AttributeDefinitions"],
                         GlobalSecondaryIndexUpdates=[change])


def update_shared_settings(name, regions, old, new):
    """Billing mode, stream and TTL: the same in every region."""
    if is_provisioned(old) != is_provisioned(new):
        billing = {"BillingMode": new.get("BillingMode", "PROVISIONED")}
        if is_provisioned(new):
            billing["ProvisionedThroughput"] = PROVISIONED
        for region in regions:
            update_table(name, region, **billing)
    old_stream, stream = old.get("StreamSpecification"), new.get("StreamSpecification")
    if old_stream != stream:
        update_table(name, None, StreamSpecification={"StreamEnabled": True, **stream} if stream else {"StreamEnabled": False})
    old_expiry, expiry = old.get("TimeToLiveSpecification"), new.get("TimeToLiveSpecification")
    if old_expiry != expiry:
        specification = {**(old_expiry or {}), **(expiry or {"Enabled": False})}
        call(dynamodb._update_ttl, {"TableName": name, "TimeToLiveSpecification": specification})


def update(physical_id, old, new, stack_name, logical_id=None):
    name = new.get("TableName") or physical_id
    renamed = provisioners._rename_replacement(
        physical_id, old, new, stack_name, logical_id, name, physical_id, create, delete)
    if renamed is not None:
        return renamed
    check_update(old, new, get_region(), locked_regions(name))
    before, after = replicas_of(old), replicas_of(new)
    kept = before.keys() & after.keys()
    update_shared_settings(name, kept, old, new)
    update_indexes(name, kept, old, new)
    for region in after.keys() - before.keys():
        add_replica(name, region)
    for region in before.keys() - after.keys():
        update_table(name, None, ReplicaUpdates=[{"Delete": {"RegionName": region}}])
    for region in after:
        apply_replica_settings(name, region, new, old)
    return name, attributes(name)


def delete(name, props):
    tables = {region: dynamodb._tables.get_scoped(get_account_id(), region, name) for region in replicas_of(props)}
    standing = [region for region, table in tables.items() if table is not None]
    for region in standing:
        refuse_when(tables[region].get("DeletionProtectionEnabled"),
                    f"Table {name} is protected against deletion in {region}: disable deletion protection first")
        refuse_when(len(standing) > 1 and region in locked_regions(name),
                    "Replica cannot be deleted because it has acted as a source region for new replica(s) "
                    "being added to the table in the last 24 hours")
    for region in standing:
        call(dynamodb._delete_table, {"TableName": name}, region)


resolve_refs = engine._resolve_refs


def resolve_with_stack_outputs(value, *args, **kwargs):
    """MiniStack's reference resolution, with Fn::GetStackOutput looked up in the region it names."""
    if not (isinstance(value, dict) and set(value) == {"Fn::GetStackOutput"}):
        return resolve_refs(value, *args, **kwargs)
    wanted = value["Fn::GetStackOutput"]
    with request_scope(get_account_id(), wanted.get("Region") or get_region()):
        stack = cloudformation._stacks.get(wanted["StackName"]) or {}
        for output in stack.get("Outputs", []):
            if output.get("OutputKey") == wanted["OutputName"]:
                return output.get("OutputValue", "")
    raise ValueError(f"Fn::GetStackOutput: no output {wanted['OutputName']} in stack {wanted['StackName']}")


def install():
    for module in list(sys.modules.values()):
        is_ministack = getattr(module, "__name__", "").startswith("ministack")
        if is_ministack and getattr(module, "_resolve_refs", None) is resolve_refs:
            module._resolve_refs = resolve_with_stack_outputs
    provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE] = {
        "create": create, "update": update, "update_with_logical_id": True, "delete": delete, "import": provisioners._ddb_import,
    }
    changesets._IMPORT_LOOKUPS[RESOURCE_TYPE] = changesets._IMPORT_LOOKUPS["AWS::DynamoDB::Table"]


def stop_with_stdin():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    os.environ.setdefault("BIND_HOST", "127.0.0.1")
    os.environ.setdefault("IOT_MTLS_ENABLED", "0")  # else a listener opens on 0.0.0.0:8883
    os.environ.setdefault("SFTP_ENABLED", "0")
    install()
    if os.environ.get("STOP_WITH_STDIN") == "1":
        threading.Thread(target=stop_with_stdin, daemon=True).start()
    from ministack.app import main

    main()
