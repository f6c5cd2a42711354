extension BuiltInTypes {
    static let workloads = """
        Deployment:
        metadata 1 ObjectMeta; spec 2 DeploymentSpec +; status 3 DeploymentStatus +
        DeploymentSpec:
        replicas 1 i =1; selector 2 LabelSelector !; template 3 PodTemplateSpec ! +
        strategy 4 DeploymentStrategy rk +
        minReadySeconds 5 i; revisionHistoryLimit 6 i =10; paused 7 b; progressDeadlineSeconds 9 i =600
        DeploymentStrategy:
        type 1 s; rollingUpdate 2 RollingUpdateDeployment
        RollingUpdateDeployment:
        maxUnavailable 1 ios; maxSurge 2 ios
        DeploymentStatus:
        observedGeneration 1 i; replicas 2 i; updatedReplicas 3 i; availableReplicas 4 i; unavailableReplicas 5 i
        conditions 6 [DeploymentCondition] k=type; readyReplicas 7 i; collisionCount 8 i; terminatingReplicas 9 i
        DeploymentCondition:
        type 1 s !; status 2 s !; reason 4 s; message 5 s; lastUpdateTime 6 time; lastTransitionTime 7 time
        ReplicaSet:
        metadata 1 ObjectMeta; spec 2 ReplicaSetSpec +; status 3 ReplicaSetStatus +
        ReplicaSetSpec:
        replicas 1 i =1; selector 2 LabelSelector !; template 3 PodTemplateSpec +; minReadySeconds 4 i
        ReplicaSetStatus:
        replicas 1 i; fullyLabeledReplicas 2 i; observedGeneration 3 i; readyReplicas 4 i; availableReplicas 5 i
        conditions 6 [ReplicaSetCondition] k=type; terminatingReplicas 7 i
        ReplicaSetCondition:
        type 1 s !; status 2 s !; lastTransitionTime 3 time; reason 4 s; message 5 s
        StatefulSet:
        metadata 1 ObjectMeta; spec 2 StatefulSetSpec +; status 3 StatefulSetStatus +
        StatefulSetSpec:
        replicas 1 i =1; selector 2 LabelSelector !; template 3 PodTemplateSpec ! +
        volumeClaimTemplates 4 [PersistentVolumeClaim]; serviceName 5 s; podManagementPolicy 6 s =OrderedReady
        updateStrategy 7 StatefulSetUpdateStrategy +; revisionHistoryLimit 8 i =10; minReadySeconds 9 i
        persistentVolumeClaimRetentionPolicy 10 StatefulSetPersistentVolumeClaimRetentionPolicy
        ordinals 11 StatefulSetOrdinals
        StatefulSetPersistentVolumeClaimRetentionPolicy:
        whenDeleted 1 s; whenScaled 2 s
        StatefulSetOrdinals:
        start 1 i
        StatefulSetUpdateStrategy:
        type 1 s; rollingUpdate 2 RollingUpdateStatefulSetStrategy
        RollingUpdateStatefulSetStrategy:
        partition 1 i; maxUnavailable 2 ios
        StatefulSetStatus:
        observedGeneration 1 i; replicas 2 i; readyReplicas 3 i; currentReplicas 4 i; updatedReplicas 5 i
        currentRevision 6 s; updateRevision 7 s; collisionCount 9 i; conditions 10 [ReplicaSetCondition] k=type
        availableReplicas 11 i
        DaemonSet:
        metadata 1 ObjectMeta; spec 2 DaemonSetSpec +; status 3 DaemonSetStatus +
        DaemonSetSpec:
        selector 1 LabelSelector !; template 2 PodTemplateSpec ! +; updateStrategy 3 DaemonSetUpdateStrategy +
        minReadySeconds 4 i; revisionHistoryLimit 6 i =10
        DaemonSetUpdateStrategy:
        type 1 s; rollingUpdate 2 RollingUpdateDaemonSet
        RollingUpdateDaemonSet:
        maxUnavailable 1 ios; maxSurge 2 ios
        DaemonSetStatus:
        currentNumberScheduled 1 i; numberMisscheduled 2 i; desiredNumberScheduled 3 i; numberReady 4 i
        observedGeneration 5 i; updatedNumberScheduled 6 i; numberAvailable 7 i; numberUnavailable 8 i
        collisionCount 9 i; conditions 10 [ReplicaSetCondition] k=type
        ControllerRevision:
        metadata 1 ObjectMeta; data 2 any; revision 3 i
        Job:
        metadata 1 ObjectMeta; spec 2 JobSpec +; status 3 JobStatus +
        JobSpec:
        parallelism 1 i; completions 2 i; activeDeadlineSeconds 3 i; selector 4 LabelSelector; manualSelector 5 b
        template 6 PodTemplateSpec ! +; backoffLimit 7 i; ttlSecondsAfterFinished 8 i; completionMode 9 s =NonIndexed
        suspend 10 b =false; podFailurePolicy 11 PodFailurePolicy; backoffLimitPerIndex 12 i; maxFailedIndexes 13 i
        podReplacementPolicy 14 s; managedBy 15 s; successPolicy 16 SuccessPolicy
        PodFailurePolicy:
        rules 1 [any] !
        SuccessPolicy:
        rules 1 [any] !
        JobStatus:
        conditions 1 [JobCondition] k=type; startTime 2 time; completionTime 3 time; active 4 i; succeeded 5 i
        failed 6 i; completedIndexes 7 s; uncountedTerminatedPods 8 UncountedTerminatedPods; ready 9 i
        failedIndexes 10 s; terminating 11 i
        UncountedTerminatedPods:
        succeeded 1 [s] set-; failed 2 [s] set-
        JobCondition:
        type 1 s !; status 2 s !; lastProbeTime 3 time; lastTransitionTime 4 time; reason 5 s; message 6 s
        CronJob:
        metadata 1 ObjectMeta; spec 2 CronJobSpec +; status 3 CronJobStatus +
        CronJobSpec:
        schedule 1 s !; startingDeadlineSeconds 2 i; concurrencyPolicy 3 s =Allow; suspend 4 b =false
        jobTemplate 5 JobTemplateSpec ! +; successfulJobsHistoryLimit 6 i =3; failedJobsHistoryLimit 7 i =1
        timeZone 8 s
        JobTemplateSpec:
        metadata 1 ObjectMeta; spec 2 JobSpec +
        CronJobStatus:
        active 1 [ObjectReference]; lastScheduleTime 4 time; lastSuccessfulTime 5 time
        PodDisruptionBudget:
        metadata 1 ObjectMeta; spec 2 PodDisruptionBudgetSpec +; status 3 PodDisruptionBudgetStatus +
        PodDisruptionBudgetSpec:
        minAvailable 1 ios; selector 2 LabelSelector; maxUnavailable 3 ios; unhealthyPodEvictionPolicy 4 s
        PodDisruptionBudgetStatus:
        observedGeneration 1 i; disruptedPods 2 {time}; disruptionsAllowed 3 i; currentHealthy 4 i; desiredHealthy 5 i
        expectedPods 6 i; conditions 7 [Condition] k=type
        HorizontalPodAutoscaler:
        metadata 1 ObjectMeta; spec 2 HorizontalPodAutoscalerSpec +; status 3 HorizontalPodAutoscalerStatus +
        HorizontalPodAutoscalerSpec:
        scaleTargetRef 1 CrossVersionObjectReference ! +; minReplicas 2 i =1; maxReplicas 3 i !
        metrics 4 [MetricSpec]
        behavior 5 HorizontalPodAutoscalerBehavior
        CrossVersionObjectReference:
        kind 1 s !; name 2 s !; apiVersion 3 s
        MetricSpec:
        type 1 s !; object 2 ObjectMetricSource; pods 3 PodsMetricSource; resource 4 ResourceMetricSource
        external 5 ExternalMetricSource; containerResource 7 ContainerResourceMetricSource
        ObjectMetricSource:
        describedObject 1 CrossVersionObjectReference !; target 2 MetricTarget !; metric 3 MetricIdentifier !
        PodsMetricSource:
        metric 1 MetricIdentifier !; target 2 MetricTarget !
        ResourceMetricSource:
        name 1 s !; target 2 MetricTarget !
        ContainerResourceMetricSource:
        name 1 s !; target 2 MetricTarget !; container 3 s !
        ExternalMetricSource:
        metric 1 MetricIdentifier !; target 2 MetricTarget !
        MetricIdentifier:
        name 1 s !; selector 2 LabelSelector
        MetricTarget:
        type 1 s !; value 2 q; averageValue 3 q; averageUtilization 4 i
        HorizontalPodAutoscalerBehavior:
        scaleUp 1 HPAScalingRules; scaleDown 2 HPAScalingRules
        HPAScalingRules:
        selectPolicy 1 s; policies 2 [HPAScalingPolicy]; stabilizationWindowSeconds 3 i; tolerance 4 q
        HPAScalingPolicy:
        type 1 s !; value 2 i !; periodSeconds 3 i !
        HorizontalPodAutoscalerStatus:
        observedGeneration 1 i; lastScaleTime 2 time; currentReplicas 3 i; desiredReplicas 4 i; currentMetrics 5 [any]
        conditions 6 [HorizontalPodAutoscalerCondition] k=type
        HorizontalPodAutoscalerCondition:
        type 1 s !; status 2 s !; lastTransitionTime 3 time; reason 4 s; message 5 s; observedGeneration 6 i
        HorizontalPodAutoscalerV1:
        metadata 1 ObjectMeta; spec 2 HorizontalPodAutoscalerSpecV1; status 3 HorizontalPodAutoscalerStatusV1
        HorizontalPodAutoscalerSpecV1:
        scaleTargetRef 1 CrossVersionObjectReference !; minReplicas 2 i =1; maxReplicas 3 i !
        targetCPUUtilizationPercentage 4 i
        HorizontalPodAutoscalerStatusV1:
        observedGeneration 1 i; lastScaleTime 2 time; currentReplicas 3 i; desiredReplicas 4 i
        currentCPUUtilizationPercentage 5 i
        Scale:
        metadata 1 ObjectMeta; spec 2 ScaleSpec; status 3 ScaleStatus
        ScaleSpec:
        replicas 1 i
        ScaleStatus:
        replicas 1 i; selector 2 s
        """
}
