extension BuiltInTypes {
    static let core = """
        Namespace:
        metadata 1 ObjectMeta; spec 2 NamespaceSpec +; status 3 NamespaceStatus +
        NamespaceSpec:
        finalizers 1 [s]
        NamespaceStatus:
        phase 1 s; conditions 2 [NamespaceCondition] k=type
        NamespaceCondition:
        type 1 s !; status 2 s !; lastTransitionTime 4 time; reason 5 s; message 6 s
        ConfigMap:
        metadata 1 ObjectMeta; data 2 {s}; binaryData 3 {bytes}; immutable 4 b
        Secret:
        metadata 1 ObjectMeta; data 2 {bytes}; type 3 s =Opaque; stringData 4 {s}; immutable 5 b
        Service:
        metadata 1 ObjectMeta; spec 2 ServiceSpec +; status 3 ServiceStatus +
        ServiceSpec:
        ports 1 [ServicePort] k=port/port,protocol; selector 2 {s} atomic; clusterIP 3 s; type 4 s =ClusterIP
        externalIPs 5 [s]; sessionAffinity 7 s =None; loadBalancerIP 8 s; loadBalancerSourceRanges 9 [s]
        externalName 10 s; externalTrafficPolicy 11 s; healthCheckNodePort 12 i; publishNotReadyAddresses 13 b
        sessionAffinityConfig 14 SessionAffinityConfig; clusterIPs 18 [s]; ipFamilies 19 [s]; ipFamilyPolicy 17 s
        allocateLoadBalancerNodePorts 20 b; loadBalancerClass 21 s; internalTrafficPolicy 22 s
        trafficDistribution 23 s
        ServicePort:
        name 1 s; protocol 2 s =TCP; port 3 i !; targetPort 4 ios; nodePort 5 i; appProtocol 6 s
        SessionAffinityConfig:
        clientIP 1 ClientIPConfig
        ClientIPConfig:
        timeoutSeconds 1 i
        ServiceStatus:
        loadBalancer 1 LoadBalancerStatus +; conditions 2 [Condition] k=type
        LoadBalancerStatus:
        ingress 1 [LoadBalancerIngress]
        LoadBalancerIngress:
        ip 1 s; hostname 2 s; ipMode 3 s; ports 4 [PortStatus]
        PortStatus:
        port 1 i !; protocol 2 s !; error 3 s
        Endpoints:
        metadata 1 ObjectMeta; subsets 2 [EndpointSubset]
        EndpointSubset:
        addresses 1 [EndpointAddress]; notReadyAddresses 2 [EndpointAddress]; ports 3 [EndpointPort]
        EndpointAddress: atomic
        ip 1 s !; targetRef 2 ObjectReference; hostname 3 s; nodeName 4 s
        EndpointPort: atomic
        name 1 s; port 2 i !; protocol 3 s; appProtocol 4 s
        ObjectReference: atomic
        kind 1 s; namespace 2 s; name 3 s; uid 4 s; apiVersion 5 s; resourceVersion 6 s; fieldPath 7 s
        LocalObjectReference: atomic
        name 1 s
        TypedLocalObjectReference: atomic
        apiGroup 1 s; kind 2 s !; name 3 s !
        TypedObjectReference:
        apiGroup 1 s; kind 2 s !; name 3 s !; namespace 4 s
        SecretReference: atomic
        name 1 s; namespace 2 s
        ServiceAccount:
        metadata 1 ObjectMeta; secrets 2 [ObjectReference] k=name; imagePullSecrets 3 [LocalObjectReference]
        automountServiceAccountToken 4 b
        ResourceQuota:
        metadata 1 ObjectMeta; spec 2 ResourceQuotaSpec +; status 3 ResourceQuotaStatus +
        ResourceQuotaSpec:
        hard 1 {q}; scopes 2 [s]; scopeSelector 3 ScopeSelector
        ScopeSelector: atomic
        matchExpressions 1 [ScopedResourceSelectorRequirement]
        ScopedResourceSelectorRequirement:
        scopeName 1 s !; operator 2 s !; values 3 [s]
        ResourceQuotaStatus:
        hard 1 {q}; used 2 {q}
        LimitRange:
        metadata 1 ObjectMeta; spec 2 LimitRangeSpec +
        LimitRangeSpec:
        limits 1 [LimitRangeItem] ! +
        LimitRangeItem:
        type 1 s !; max 2 {q}; min 3 {q}; default 4 {q}; defaultRequest 5 {q}; maxLimitRequestRatio 6 {q}
        Event:
        metadata 1 ObjectMeta !; involvedObject 2 ObjectReference ! +; reason 3 s; message 4 s; source 5 EventSource +
        firstTimestamp 6 time; lastTimestamp 7 time; count 8 i; type 9 s; eventTime 10 micro; series 11 EventSeries
        action 12 s; related 13 ObjectReference; reportingComponent 14 s; reportingInstance 15 s
        EventSource:
        component 1 s; host 2 s
        EventSeries:
        count 1 i; lastObservedTime 2 micro
        Node:
        metadata 1 ObjectMeta; spec 2 NodeSpec +; status 3 NodeStatus +
        NodeSpec:
        podCIDR 1 s; externalID 2 s; providerID 3 s; unschedulable 4 b; taints 5 [Taint]; configSource 6 any
        podCIDRs 7 [s] set
        Taint:
        key 1 s !; value 2 s; effect 3 s !; timeAdded 4 time
        NodeStatus:
        capacity 1 {q}; allocatable 2 {q}; phase 3 s; conditions 4 [NodeCondition] k=type
        addresses 5 [NodeAddress] k=type; daemonEndpoints 6 any; nodeInfo 7 any; images 8 [any]; volumesInUse 9 [s]
        volumesAttached 10 [any]; config 11 any; runtimeHandlers 12 [any]; features 13 any; declaredFeatures 14 [s]
        NodeCondition:
        type 1 s !; status 2 s !; lastHeartbeatTime 3 time; lastTransitionTime 4 time; reason 5 s; message 6 s
        NodeAddress:
        type 1 s !; address 2 s !
        PersistentVolumeClaim:
        metadata 1 ObjectMeta; spec 2 PersistentVolumeClaimSpec +; status 3 PersistentVolumeClaimStatus +
        PersistentVolumeClaimSpec:
        accessModes 1 [s]; resources 2 VolumeResourceRequirements +; volumeName 3 s; selector 4 LabelSelector
        storageClassName 5 s; volumeMode 6 s =Filesystem; dataSource 7 TypedLocalObjectReference
        dataSourceRef 8 TypedObjectReference; volumeAttributesClassName 9 s
        VolumeResourceRequirements:
        limits 1 {q}; requests 2 {q}
        PersistentVolumeClaimStatus:
        phase 1 s; accessModes 2 [s]; capacity 3 {q}; conditions 4 [PersistentVolumeClaimCondition] k=type
        allocatedResources 5 {q}; allocatedResourceStatuses 7 {s}; currentVolumeAttributesClassName 8 s
        modifyVolumeStatus 9 any
        PersistentVolumeClaimCondition:
        type 1 s !; status 2 s !; lastProbeTime 3 time; lastTransitionTime 4 time; reason 5 s; message 6 s
        PersistentVolume:
        metadata 1 ObjectMeta; spec 2 PersistentVolumeSpec +; status 3 PersistentVolumeStatus +
        PersistentVolumeSpec:
        capacity 1 {q}; awsElasticBlockStore 0 any; azureDisk 0 any; azureFile 0 any; cephfs 0 any; cinder 0 any
        csi 0 any; fc 0 any; flexVolume 0 any; flocker 0 any; gcePersistentDisk 0 any; glusterfs 0 any
        hostPath 0 HostPathVolumeSource; iscsi 0 any; local 0 any; nfs 0 any; photonPersistentDisk 0 any
        portworxVolume 0 any; quobyte 0 any; rbd 0 any; scaleIO 0 any; storageos 0 any; vsphereVolume 0 any
        accessModes 3 [s]; claimRef 4 ObjectReference; persistentVolumeReclaimPolicy 5 s =Retain; storageClassName 6 s
        mountOptions 7 [s]; volumeMode 8 s =Filesystem; nodeAffinity 9 any; volumeAttributesClassName 10 s
        PersistentVolumeStatus:
        phase 1 s; message 2 s; reason 3 s; lastPhaseTransitionTime 4 time
        PodTemplate:
        metadata 1 ObjectMeta; template 2 PodTemplateSpec +
        ReplicationController:
        metadata 1 ObjectMeta; spec 2 ReplicationControllerSpec +; status 3 ReplicationControllerStatus +
        ReplicationControllerSpec:
        replicas 1 i =1; selector 2 {s} atomic; template 3 PodTemplateSpec; minReadySeconds 4 i
        ReplicationControllerStatus:
        replicas 1 i; fullyLabeledReplicas 2 i; observedGeneration 3 i; readyReplicas 4 i; availableReplicas 5 i
        conditions 6 [ReplicaSetCondition] k=type
        """
}
