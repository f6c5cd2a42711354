extension BuiltInTypes {
    static let meta = """
        ObjectMeta:
        name 1 s; generateName 2 s; namespace 3 s; selfLink 4 s; uid 5 s; resourceVersion 6 s; generation 7 i
        creationTimestamp 8 time; deletionTimestamp 9 time; deletionGracePeriodSeconds 10 i; labels 11 {s}
        annotations 12 {s}; ownerReferences 13 [OwnerReference] k=uid; finalizers 14 [s] set
        managedFields 17 [ManagedFieldsEntry]
        OwnerReference: atomic
        kind 1 s !; name 3 s !; uid 4 s !; apiVersion 5 s !; controller 6 b; blockOwnerDeletion 7 b
        ManagedFieldsEntry:
        manager 1 s; operation 2 s; apiVersion 3 s; time 4 time; fieldsType 6 s; fieldsV1 7 any; subresource 8 s
        LabelSelector: atomic
        matchLabels 1 {s}; matchExpressions 2 [LabelSelectorRequirement]
        LabelSelectorRequirement:
        key 1 s !; operator 2 s !; values 3 [s]
        FieldSelectorRequirement:
        key 1 s !; operator 2 s !; values 3 [s]
        Condition:
        type 1 s !; status 2 s !; observedGeneration 3 i; lastTransitionTime 4 time !; reason 5 s !; message 6 s
        DeleteOptions:
        gracePeriodSeconds 1 i; preconditions 2 Preconditions; orphanDependents 3 b; propagationPolicy 4 s
        dryRun 5 [s]; ignoreStoreReadErrorWithClusterBreakingPotential 6 b
        Preconditions:
        uid 1 s; resourceVersion 2 s
        ListMeta:
        selfLink 1 s; resourceVersion 2 s; continue 3 s; remainingItemCount 4 i
        """
}
