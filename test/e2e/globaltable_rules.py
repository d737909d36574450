"""What CloudFormation refuses of an AWS::DynamoDB::GlobalTable, as far as its properties alone can tell.

`check_create` and `check_update` raise ValueError with the reason before anything is changed. What DynamoDB itself refuses
(names, key types, missing and unused attribute definitions) is left to MiniStack's CreateTable and UpdateTable.
"""
import re

TABLE_PROPERTIES = {
    "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "GlobalTableSourceArn", "GlobalTableWitnesses", "KeySchema",
    "LocalSecondaryIndexes", "MultiRegionConsistency", "ReadOnDemandThroughputSettings", "ReadProvisionedThroughputSettings",
    "Replicas", "SSESpecification", "StreamSpecification", "TableName", "TableType", "TimeToLiveSpecification", "VectorIndexes",
    "WarmThroughput", "WriteOnDemandThroughputSettings", "WriteProvisionedThroughputSettings",
}
REPLICA_PROPERTIES = {
    "ContributorInsightsSpecification", "DeletionProtectionEnabled", "DisassociationProtectionEnabled", "GlobalSecondaryIndexes",
    "GlobalTableSettingsReplicationMode", "KinesisStreamSpecification", "PointInTimeRecoverySpecification",
    "ReadOnDemandThroughputSettings", "ReadProvisionedThroughputSettings", "Region", "ReplicaStreamSpecification",
    "ResourcePolicy", "SSESpecification", "TableClass", "Tags",
}
INDEX_PROPERTIES = {
    "IndexName", "KeySchema", "Projection", "ReadOnDemandThroughputSettings", "ReadProvisionedThroughputSettings",
    "WarmThroughput", "WriteOnDemandThroughputSettings", "WriteProvisionedThroughputSettings",
}
STREAM_VIEW_TYPES = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"}
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")


def refuse_when(condition, reason):
    if condition:
        raise ValueError(reason)


def named(entries, key="IndexName"):
    return {entry[key]: entry for entry in entries or []}


def replicas_of(props):
    return named(props.get("Replicas"), "Region")


def is_provisioned(props):
    return props.get("BillingMode", "PROVISIONED") == "PROVISIONED"


def check_known(given, allowed, path):
    for key in sorted(set(given) - allowed):
        raise ValueError(f"#{path}: extraneous key [{key}] is not permitted")


def check_indexes(props):
    global_indexes, local_indexes = props.get("GlobalSecondaryIndexes") or [], props.get("LocalSecondaryIndexes") or []
    refuse_when(len(global_indexes) > 20, "GlobalSecondaryIndex count exceeds the per-table limit of 20")
    refuse_when(len(local_indexes) > 5, "LocalSecondaryIndex count exceeds the per-table limit of 5")
    indexes = global_indexes + local_indexes
    for index in indexes:
        check_known(index, INDEX_PROPERTIES, f"/Indexes/{index.get('IndexName')}")
    projected = sum(len(index["Projection"].get("NonKeyAttributes") or []) for index in indexes)
    refuse_when(projected > 100, "The number of projected attributes exceeds the limit of 100")


def check_encryption(props):
    keys = {region: (replica.get("SSESpecification") or {}).get("KMSMasterKeyId")
            for region, replica in replicas_of(props).items()}
    if not any(keys.values()):
        return
    encryption = props.get("SSESpecification") or {}
    refuse_when(not encryption.get("SSEEnabled") or encryption.get("SSEType", "KMS") != "KMS",
                "KMSMasterKeyId of a replica needs SSESpecification with SSEEnabled true and SSEType KMS")
    for region, key in keys.items():
        refuse_when(not key, f"KMSMasterKeyId must be specified for every replica: {region} has none")
        refuse_when(key.startswith("arn:") and key.split(":")[3] != region,
                    f"KMSMasterKeyId of replica {region} is a key of another region: {key}")


def check_replica(replica, index_names):
    region = replica.get("Region")
    path = f"/Replicas/{region}"
    check_known(replica, REPLICA_PROPERTIES, path)
    refuse_when(not isinstance(region, str) or not REGION.fullmatch(region), f"#{path}: {region!r} is not a region")
    recovery = replica.get("PointInTimeRecoverySpecification") or {}
    days = recovery.get("RecoveryPeriodInDays")
    refuse_when(days is not None and not 1 <= days <= 35, f"#{path}: RecoveryPeriodInDays must be between 1 and 35")
    refuse_when(days is not None and not recovery.get("PointInTimeRecoveryEnabled"),
                f"#{path}: RecoveryPeriodInDays needs PointInTimeRecoveryEnabled")
    for index in replica.get("GlobalSecondaryIndexes") or []:
        refuse_when(index["IndexName"] not in index_names, f"#{path}: no index {index['IndexName']} in GlobalSecondaryIndexes")
    tags = [tag["Key"] for tag in replica.get("Tags") or []]
    refuse_when(len(tags) != len(set(tags)), f"#{path}: Tags has a key twice")
    refuse_when(len(tags) > 50, f"#{path}: more than 50 tags")
    refuse_when(any(tag.lower().startswith("aws:") for tag in tags), f"#{path}: aws: prefixed tag key names are not allowed")


def check_billing(props):
    write = "WriteProvisionedThroughputSettings"
    carriers = [props] + (props.get("GlobalSecondaryIndexes") or [])
    if is_provisioned(props):
        refuse_when(any(write not in carrier for carrier in carriers), f"{write} is required when BillingMode is PROVISIONED")
    else:
        refuse_when(any(write in carrier for carrier in carriers), f"{write} is not allowed when BillingMode is PAY_PER_REQUEST")


def check_create(props, home):
    check_known(props, TABLE_PROPERTIES, "")
    for required in ("AttributeDefinitions", "KeySchema", "Replicas"):
        refuse_when(not props.get(required), f"#: required key [{required}] not found")
    regions = [replica.get("Region") for replica in props["Replicas"]]
    refuse_when(len(regions) != len(set(regions)), "Replicas has a region twice")
    refuse_when(home not in regions, "Replicas must include the stack region")
    check_indexes(props)
    check_billing(props)
    check_encryption(props)
    for replica in props["Replicas"]:
        check_replica(replica, named(props.get("GlobalSecondaryIndexes")))
    stream = props.get("StreamSpecification")
    refuse_when(not stream and len(regions) > 1, "StreamSpecification is required for a table with more than one replica")
    refuse_when(stream and stream.get("StreamViewType") not in STREAM_VIEW_TYPES,
                f"StreamViewType must be one of {sorted(STREAM_VIEW_TYPES)}")
    expiry = props.get("TimeToLiveSpecification") or {}
    refuse_when(expiry.get("Enabled") and not expiry.get("AttributeName"), "TimeToLiveSpecification needs AttributeName")
    for region in regions:
        refuse_when(region != home and replicas_of(props)[region].get("ResourcePolicy"),
                    f"ResourcePolicy of replica {region} cannot be set in the operation that creates the replica")


def check_replacement(old, new):
    old_types, new_types = ({a["AttributeName"]: a["AttributeType"] for a in props["AttributeDefinitions"]} for props in (old, new))
    changed = [key for key in ("KeySchema", "LocalSecondaryIndexes") if (old.get(key) or []) != (new.get(key) or [])]
    changed += [name for name in old_types.keys() & new_types.keys() if old_types[name] != new_types[name]]
    refuse_when(changed, "CloudFormation cannot update a stack when a custom-named resource requires replacing "
                         f"({', '.join(changed)}). Rename {new.get('TableName')} and update the stack again.")


def index_changes(old, new):
    """The names of deleted and of created indexes; an index with another key or projection is both."""
    before, after = named(old.get("GlobalSecondaryIndexes")), named(new.get("GlobalSecondaryIndexes"))
    redefined = {name for name in before.keys() & after.keys()
                 if any(before[name].get(part) != after[name].get(part) for part in ("KeySchema", "Projection"))}
    return sorted((before.keys() - after.keys()) | redefined), sorted((after.keys() - before.keys()) | redefined)


def check_update(old, new, home, locked):
    """`locked`: the regions that acted as the source of a new replica within 24 hours."""
    check_known(new, TABLE_PROPERTIES, "")
    check_replacement(old, new)
    before, after = replicas_of(old), replicas_of(new)
    moved = before.keys() ^ after.keys()
    deleted, created = index_changes(old, new)
    refuse_when(len(deleted) + len(created) > 1, "Cannot perform more than one GSI creation or deletion in a single update")
    refuse_when(len(moved) > 1, "You can only add or remove a single replica in each update")
    refuse_when(moved and (deleted or created), "A replica and an index cannot be changed in the same update")
    refuse_when(home not in after, "The replica of the stack region cannot be removed")
    for region in moved - after.keys():
        refuse_when(before[region].get("DeletionProtectionEnabled"), f"Replica {region} is protected against deletion")
        refuse_when(region in locked, "Replica cannot be deleted because it has acted as a source region for new replica(s) "
                                      "being added to the table in the last 24 hours")
    for region in moved & after.keys():
        refuse_when(after[region].get("ResourcePolicy"),
                    f"ResourcePolicy of replica {region} cannot be set in the operation that creates the replica")
    refuse_when(old.get("MultiRegionConsistency") != new.get("MultiRegionConsistency"),
                "MultiRegionConsistency cannot be changed")
    refuse_when(len(before) > 1 and old.get("StreamSpecification") != new.get("StreamSpecification"),
                "StreamSpecification can only be changed while the table has one replica")
    refuse_when(len(after) > 1 and not new.get("StreamSpecification"),
                "StreamSpecification is required for a table with more than one replica")
    expiry_before, expiry_after = old.get("TimeToLiveSpecification") or {}, new.get("TimeToLiveSpecification") or {}
    refuse_when(expiry_before.get("Enabled") and expiry_after.get("Enabled")
                and expiry_before.get("AttributeName") != expiry_after.get("AttributeName"),
                "TimeToLive is active on a different AttributeName: disable it in an update of its own first")
    check_indexes(new)
    check_billing(new)
    check_encryption(new)
    for replica in new["Replicas"]:
        check_replica(replica, named(new.get("GlobalSecondaryIndexes")))
