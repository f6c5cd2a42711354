extension BuiltInTypes {
    static let pods = """
        Pod:
        metadata 1 ObjectMeta; spec 2 PodSpec +; status 3 PodStatus +
        PodTemplateSpec:
        metadata 1 ObjectMeta; spec 2 PodSpec +
        PodSpec:
        volumes 1 [Volume] k=name rk; containers 2 [Container] k=name ! +; restartPolicy 3 s =Always
        terminationGracePeriodSeconds 4 i =30; activeDeadlineSeconds 5 i; dnsPolicy 6 s =ClusterFirst
        nodeSelector 7 {s} atomic; serviceAccountName 8 s; serviceAccount 9 s; nodeName 10 s; hostNetwork 11 b
        hostPID 12 b; hostIPC 13 b; securityContext 14 PodSecurityContext
        imagePullSecrets 15 [LocalObjectReference] k=name; hostname 16 s; subdomain 17 s; affinity 18 Affinity
        schedulerName 19 s =default-scheduler; initContainers 20 [Container] k=name
        automountServiceAccountToken 21 b; tolerations 22 [Toleration]; hostAliases 23 [HostAlias] k=ip
        priorityClassName 24 s; priority 25 i; dnsConfig 26 PodDNSConfig; shareProcessNamespace 27 b
        readinessGates 28 [PodReadinessGate]; runtimeClassName 29 s; enableServiceLinks 30 b
        preemptionPolicy 31 s; overhead 32 {q}
        topologySpreadConstraints 33 [TopologySpreadConstraint] k=topologyKey/topologyKey,whenUnsatisfiable
        ephemeralContainers 34 [EphemeralContainer] k=name; setHostnameAsFQDN 35 b; os 36 PodOS; hostUsers 37 b
        schedulingGates 38 [PodSchedulingGate] k=name; resourceClaims 39 [any] k=name rk
        resources 40 ResourceRequirements; hostnameOverride 41 s; workloadRef 42 any; schedulingGroup 43 any
        PodOS:
        name 1 s !
        PodSchedulingGate:
        name 1 s !
        PodReadinessGate:
        conditionType 1 s !
        PodDNSConfig:
        nameservers 1 [s]; searches 2 [s]; options 3 [PodDNSConfigOption]
        PodDNSConfigOption:
        name 1 s; value 2 s
        HostAlias:
        ip 1 s !; hostnames 2 [s]
        Toleration:
        key 1 s; operator 2 s; value 3 s; effect 4 s; tolerationSeconds 5 i
        TopologySpreadConstraint:
        maxSkew 1 i !; topologyKey 2 s !; whenUnsatisfiable 3 s !; labelSelector 4 LabelSelector; minDomains 5 i
        nodeAffinityPolicy 6 s; nodeTaintsPolicy 7 s; matchLabelKeys 8 [s]
        Container:
        name 1 s !; image 2 s; command 3 [s]; args 4 [s]; workingDir 5 s
        ports 6 [ContainerPort] k=containerPort/containerPort,protocol; env 7 [EnvVar] k=name
        resources 8 ResourceRequirements +; volumeMounts 9 [VolumeMount] k=mountPath; livenessProbe 10 Probe
        readinessProbe 11 Probe; lifecycle 12 Lifecycle; terminationMessagePath 13 s =/dev/termination-log
        imagePullPolicy 14 s; securityContext 15 SecurityContext; stdin 16 b; stdinOnce 17 b; tty 18 b
        envFrom 19 [EnvFromSource]; terminationMessagePolicy 20 s =File; volumeDevices 21 [VolumeDevice] k=devicePath
        startupProbe 22 Probe; resizePolicy 23 [ContainerResizePolicy]; restartPolicy 24 s
        restartPolicyRules 25 [any]
        EphemeralContainer:
        name 0 s !; image 0 s; command 0 [s]; args 0 [s]; workingDir 0 s; ports 0 [ContainerPort]; env 0 [EnvVar]
        resources 0 ResourceRequirements; volumeMounts 0 [VolumeMount]; livenessProbe 0 Probe; readinessProbe 0 Probe
        lifecycle 0 Lifecycle; terminationMessagePath 0 s; imagePullPolicy 0 s; securityContext 0 SecurityContext
        stdin 0 b; stdinOnce 0 b; tty 0 b; envFrom 0 [EnvFromSource]; terminationMessagePolicy 0 s
        volumeDevices 0 [VolumeDevice]; startupProbe 0 Probe; resizePolicy 0 [ContainerResizePolicy]
        restartPolicy 0 s; restartPolicyRules 0 [any]; targetContainerName 2 s
        ContainerPort:
        name 1 s; hostPort 2 i; containerPort 3 i !; protocol 4 s =TCP; hostIP 5 s
        ContainerResizePolicy:
        resourceName 1 s !; restartPolicy 2 s !
        EnvVar:
        name 1 s !; value 2 s; valueFrom 3 EnvVarSource
        EnvVarSource:
        fieldRef 1 ObjectFieldSelector; resourceFieldRef 2 ResourceFieldSelector
        configMapKeyRef 3 ConfigMapKeySelector; secretKeyRef 4 SecretKeySelector; fileKeyRef 5 any
        ObjectFieldSelector: atomic
        apiVersion 1 s =v1; fieldPath 2 s !
        ResourceFieldSelector: atomic
        containerName 1 s; resource 2 s !; divisor 3 q
        ConfigMapKeySelector: atomic
        localObjectReference 1 LocalObjectReference inline; key 2 s !; optional 3 b
        SecretKeySelector: atomic
        localObjectReference 1 LocalObjectReference inline; key 2 s !; optional 3 b
        EnvFromSource:
        prefix 1 s; configMapRef 2 ConfigMapEnvSource; secretRef 3 SecretEnvSource
        ConfigMapEnvSource:
        localObjectReference 1 LocalObjectReference inline; optional 2 b
        SecretEnvSource:
        localObjectReference 1 LocalObjectReference inline; optional 2 b
        ResourceRequirements:
        limits 1 {q}; requests 2 {q}; claims 3 [ResourceClaim] m=name
        ResourceClaim:
        name 1 s !; request 2 s
        VolumeMount:
        name 1 s !; readOnly 2 b; mountPath 3 s !; subPath 4 s; mountPropagation 5 s; subPathExpr 6 s
        recursiveReadOnly 7 s
        VolumeDevice:
        name 1 s !; devicePath 2 s !
        Probe:
        handler 1 ProbeHandler inline; initialDelaySeconds 2 i; timeoutSeconds 3 i =1; periodSeconds 4 i =10
        successThreshold 5 i =1; failureThreshold 6 i =3; terminationGracePeriodSeconds 7 i
        ProbeHandler:
        exec 1 ExecAction; httpGet 2 HTTPGetAction; tcpSocket 3 TCPSocketAction; grpc 4 GRPCAction
        ExecAction:
        command 1 [s]
        HTTPGetAction:
        path 1 s =/; port 2 ios !; host 3 s; scheme 4 s =HTTP; httpHeaders 5 [HTTPHeader]
        HTTPHeader:
        name 1 s !; value 2 s !
        TCPSocketAction:
        port 1 ios !; host 2 s
        GRPCAction:
        port 1 i !; service 2 s
        Lifecycle:
        postStart 1 LifecycleHandler; preStop 2 LifecycleHandler; stopSignal 3 s
        LifecycleHandler:
        exec 1 ExecAction; httpGet 2 HTTPGetAction; tcpSocket 3 TCPSocketAction; sleep 4 SleepAction
        SleepAction:
        seconds 1 i !
        SecurityContext:
        capabilities 1 Capabilities; privileged 2 b; seLinuxOptions 3 SELinuxOptions; runAsUser 4 i; runAsNonRoot 5 b
        readOnlyRootFilesystem 6 b; allowPrivilegeEscalation 7 b; runAsGroup 8 i; procMount 9 s
        windowsOptions 10 any; seccompProfile 11 SeccompProfile; appArmorProfile 12 AppArmorProfile
        Capabilities:
        add 1 [s]; drop 2 [s]
        SELinuxOptions:
        user 1 s; role 2 s; type 3 s; level 4 s
        SeccompProfile:
        type 1 s !; localhostProfile 2 s
        AppArmorProfile:
        type 1 s !; localhostProfile 2 s
        PodSecurityContext:
        seLinuxOptions 1 SELinuxOptions; runAsUser 2 i; runAsNonRoot 3 b; supplementalGroups 4 [i]; fsGroup 5 i
        runAsGroup 6 i; sysctls 7 [Sysctl]; windowsOptions 8 any; fsGroupChangePolicy 9 s
        seccompProfile 10 SeccompProfile; appArmorProfile 11 AppArmorProfile; supplementalGroupsPolicy 12 s
        seLinuxChangePolicy 13 s
        Sysctl:
        name 1 s !; value 2 s !
        Affinity:
        nodeAffinity 1 NodeAffinity; podAffinity 2 PodAffinity; podAntiAffinity 3 PodAntiAffinity
        NodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution 1 NodeSelector
        preferredDuringSchedulingIgnoredDuringExecution 2 [PreferredSchedulingTerm]
        NodeSelector: atomic
        nodeSelectorTerms 1 [NodeSelectorTerm] !
        NodeSelectorTerm: atomic
        matchExpressions 1 [NodeSelectorRequirement]; matchFields 2 [NodeSelectorRequirement]
        NodeSelectorRequirement:
        key 1 s !; operator 2 s !; values 3 [s]
        PreferredSchedulingTerm:
        weight 1 i !; preference 2 NodeSelectorTerm !
        PodAffinity:
        requiredDuringSchedulingIgnoredDuringExecution 1 [PodAffinityTerm]
        preferredDuringSchedulingIgnoredDuringExecution 2 [WeightedPodAffinityTerm]
        PodAntiAffinity:
        requiredDuringSchedulingIgnoredDuringExecution 1 [PodAffinityTerm]
        preferredDuringSchedulingIgnoredDuringExecution 2 [WeightedPodAffinityTerm]
        PodAffinityTerm:
        labelSelector 1 LabelSelector; namespaces 2 [s]; topologyKey 3 s !; namespaceSelector 4 LabelSelector
        matchLabelKeys 5 [s]; mismatchLabelKeys 6 [s]
        WeightedPodAffinityTerm:
        weight 1 i !; podAffinityTerm 2 PodAffinityTerm !
        PodStatus:
        phase 1 s; conditions 2 [PodCondition] k=type; message 3 s; reason 4 s; hostIP 5 s; podIP 6 s
        startTime 7 time; containerStatuses 8 [ContainerStatus]; qosClass 9 s
        initContainerStatuses 10 [ContainerStatus]; nominatedNodeName 11 s; podIPs 12 [PodIP] k=ip
        ephemeralContainerStatuses 13 [ContainerStatus]; resize 14 s; resourceClaimStatuses 15 [any] k=name
        hostIPs 16 [HostIP]; observedGeneration 17 i; extendedResourceClaimStatus 18 any; allocatedResources 19 {q}
        resources 20 ResourceRequirements
        PodIP:
        ip 1 s !
        HostIP:
        ip 1 s !
        PodCondition:
        type 1 s !; status 2 s !; lastProbeTime 3 time; lastTransitionTime 4 time; reason 5 s; message 6 s
        observedGeneration 7 i
        ContainerStatus:
        name 1 s !; state 2 ContainerState; lastState 3 ContainerState; ready 4 b; restartCount 5 i; image 6 s
        imageID 7 s; containerID 8 s; started 9 b; allocatedResources 10 {q}; resources 11 ResourceRequirements
        volumeMounts 12 [any]; user 13 any; allocatedResourcesStatus 14 [any]; stopSignal 15 s
        ContainerState:
        waiting 1 ContainerStateWaiting; running 2 ContainerStateRunning; terminated 3 ContainerStateTerminated
        ContainerStateWaiting:
        reason 1 s; message 2 s
        ContainerStateRunning:
        startedAt 1 time
        ContainerStateTerminated:
        exitCode 1 i; signal 2 i; reason 3 s; message 4 s; startedAt 5 time; finishedAt 6 time; containerID 7 s
        """

    static let volumes = """
        Volume:
        name 1 s !; volumeSource 2 VolumeSource inline
        VolumeSource:
        hostPath 1 HostPathVolumeSource; emptyDir 2 EmptyDirVolumeSource; gcePersistentDisk 3 any
        awsElasticBlockStore 4 any; gitRepo 5 any; secret 6 SecretVolumeSource; nfs 7 NFSVolumeSource; iscsi 8 any
        glusterfs 9 any; persistentVolumeClaim 10 PersistentVolumeClaimVolumeSource; rbd 11 any; flexVolume 12 any
        cinder 13 any; cephfs 14 any; flocker 15 any; downwardAPI 16 DownwardAPIVolumeSource; fc 17 any
        azureFile 18 any; configMap 19 ConfigMapVolumeSource; vsphereVolume 20 any; quobyte 21 any; azureDisk 22 any
        photonPersistentDisk 23 any; portworxVolume 24 any; scaleIO 25 any; projected 26 ProjectedVolumeSource
        storageos 27 any; csi 28 CSIVolumeSource; ephemeral 29 EphemeralVolumeSource; image 30 ImageVolumeSource
        HostPathVolumeSource:
        path 1 s !; type 2 s
        EmptyDirVolumeSource:
        medium 1 s; sizeLimit 2 q
        SecretVolumeSource:
        secretName 1 s; items 2 [KeyToPath]; defaultMode 3 i =420; optional 4 b
        ConfigMapVolumeSource:
        localObjectReference 1 LocalObjectReference inline; items 2 [KeyToPath]; defaultMode 3 i =420; optional 4 b
        KeyToPath:
        key 1 s !; path 2 s !; mode 3 i
        NFSVolumeSource:
        server 1 s !; path 2 s !; readOnly 3 b
        PersistentVolumeClaimVolumeSource:
        claimName 1 s !; readOnly 2 b
        DownwardAPIVolumeSource:
        items 1 [DownwardAPIVolumeFile]; defaultMode 2 i =420
        DownwardAPIVolumeFile:
        path 1 s !; fieldRef 2 ObjectFieldSelector; resourceFieldRef 3 ResourceFieldSelector; mode 4 i
        ProjectedVolumeSource:
        sources 1 [VolumeProjection]; defaultMode 2 i =420
        VolumeProjection:
        secret 1 SecretProjection; downwardAPI 2 DownwardAPIProjection; configMap 3 ConfigMapProjection
        serviceAccountToken 4 ServiceAccountTokenProjection; clusterTrustBundle 5 any; podCertificate 6 any
        SecretProjection:
        localObjectReference 1 LocalObjectReference inline; items 2 [KeyToPath]; optional 4 b
        ConfigMapProjection:
        localObjectReference 1 LocalObjectReference inline; items 2 [KeyToPath]; optional 4 b
        DownwardAPIProjection:
        items 1 [DownwardAPIVolumeFile]
        ServiceAccountTokenProjection:
        audience 1 s; expirationSeconds 2 i =3600; path 3 s !
        CSIVolumeSource:
        driver 1 s !; readOnly 2 b; fsType 3 s; volumeAttributes 4 {s}; nodePublishSecretRef 5 LocalObjectReference
        EphemeralVolumeSource:
        volumeClaimTemplate 1 PersistentVolumeClaimTemplate
        PersistentVolumeClaimTemplate:
        metadata 1 ObjectMeta; spec 2 PersistentVolumeClaimSpec
        ImageVolumeSource:
        reference 1 s; pullPolicy 2 s
        """
}
