extension BuiltInTypes {
    static let networking = """
        Ingress:
        metadata 1 ObjectMeta; spec 2 IngressSpec +; status 3 IngressStatus +
        IngressSpec:
        defaultBackend 1 IngressBackend; tls 2 [IngressTLS]; rules 3 [IngressRule]; ingressClassName 4 s
        IngressBackend:
        resource 3 TypedLocalObjectReference; service 4 IngressServiceBackend
        IngressServiceBackend:
        name 1 s !; port 2 ServiceBackendPort +
        ServiceBackendPort: atomic
        name 1 s; number 2 i
        IngressTLS:
        hosts 1 [s]; secretName 2 s
        IngressRule:
        host 1 s; ingressRuleValue 2 IngressRuleValue inline
        IngressRuleValue:
        http 1 HTTPIngressRuleValue
        HTTPIngressRuleValue:
        paths 1 [HTTPIngressPath] ! +
        HTTPIngressPath:
        path 1 s; backend 2 IngressBackend ! +; pathType 3 s !
        IngressStatus:
        loadBalancer 1 LoadBalancerStatus +
        IngressClass:
        metadata 1 ObjectMeta; spec 2 IngressClassSpec +
        IngressClassSpec:
        controller 1 s; parameters 2 IngressClassParametersReference
        IngressClassParametersReference:
        apiGroup 1 s; kind 2 s !; name 3 s !; scope 4 s; namespace 5 s
        NetworkPolicy:
        metadata 1 ObjectMeta; spec 2 NetworkPolicySpec +
        NetworkPolicySpec:
        podSelector 1 LabelSelector +; ingress 2 [NetworkPolicyIngressRule]; egress 3 [NetworkPolicyEgressRule]
        policyTypes 4 [s]
        NetworkPolicyIngressRule:
        ports 1 [NetworkPolicyPort]; from 2 [NetworkPolicyPeer]
        NetworkPolicyEgressRule:
        ports 1 [NetworkPolicyPort]; to 2 [NetworkPolicyPeer]
        NetworkPolicyPort:
        protocol 1 s =TCP; port 2 ios; endPort 3 i
        NetworkPolicyPeer:
        podSelector 1 LabelSelector; namespaceSelector 2 LabelSelector; ipBlock 3 IPBlock
        IPBlock:
        cidr 1 s !; except 2 [s]
        EndpointSlice:
        metadata 1 ObjectMeta; endpoints 2 [Endpoint] +; ports 3 [EndpointSlicePort] +; addressType 4 s !
        Endpoint:
        addresses 1 [s] set- +; conditions 2 EndpointConditions +; hostname 3 s; targetRef 4 ObjectReference
        deprecatedTopology 5 {s}; nodeName 6 s; zone 7 s; hints 8 any
        EndpointConditions:
        ready 1 b; serving 2 b; terminating 3 b
        EndpointSlicePort: atomic
        name 1 s =""; protocol 2 s =TCP; port 3 i; appProtocol 4 s
        """

    static let cluster = """
        Role:
        metadata 1 ObjectMeta; rules 2 [PolicyRule] +
        ClusterRole:
        metadata 1 ObjectMeta; rules 2 [PolicyRule] +; aggregationRule 3 AggregationRule
        AggregationRule:
        clusterRoleSelectors 1 [LabelSelector]
        PolicyRule:
        verbs 1 [s] ! +; apiGroups 2 [s]; resources 3 [s]; resourceNames 4 [s]; nonResourceURLs 5 [s]
        RoleBinding:
        metadata 1 ObjectMeta; subjects 2 [Subject]; roleRef 3 RoleRef ! +
        ClusterRoleBinding:
        metadata 1 ObjectMeta; subjects 2 [Subject]; roleRef 3 RoleRef ! +
        Subject: atomic
        kind 1 s !; apiGroup 2 s; name 3 s !; namespace 4 s
        RoleRef: atomic
        apiGroup 1 s; kind 2 s !; name 3 s !
        Lease:
        metadata 1 ObjectMeta; spec 2 LeaseSpec +
        LeaseSpec:
        holderIdentity 1 s; leaseDurationSeconds 2 i; acquireTime 3 micro; renewTime 4 micro; leaseTransitions 5 i
        strategy 6 s; preferredHolder 7 s
        StorageClass:
        metadata 1 ObjectMeta; provisioner 2 s !; parameters 3 {s}; reclaimPolicy 4 s =Delete; mountOptions 5 [s]
        allowVolumeExpansion 6 b; volumeBindingMode 7 s =Immediate; allowedTopologies 8 [any]
        PriorityClass:
        metadata 1 ObjectMeta; value 2 i !; globalDefault 3 b; description 4 s
        preemptionPolicy 5 s =PreemptLowerPriority
        ValidatingWebhookConfiguration:
        metadata 1 ObjectMeta; webhooks 2 [ValidatingWebhook] k=name
        MutatingWebhookConfiguration:
        metadata 1 ObjectMeta; webhooks 2 [MutatingWebhook] k=name
        ValidatingWebhook:
        name 1 s !; clientConfig 2 WebhookClientConfig !; rules 3 [RuleWithOperations]; failurePolicy 4 s =Fail
        namespaceSelector 5 LabelSelector; sideEffects 6 s !; timeoutSeconds 7 i =10; admissionReviewVersions 8 [s] !
        matchPolicy 9 s =Equivalent; objectSelector 10 LabelSelector; matchConditions 11 [MatchCondition] k=name
        MutatingWebhook:
        name 1 s !; clientConfig 2 WebhookClientConfig !; rules 3 [RuleWithOperations]; failurePolicy 4 s =Fail
        namespaceSelector 5 LabelSelector; sideEffects 6 s !; timeoutSeconds 7 i =10; admissionReviewVersions 8 [s] !
        matchPolicy 9 s =Equivalent; reinvocationPolicy 10 s =Never; objectSelector 11 LabelSelector
        matchConditions 12 [MatchCondition] k=name
        MatchCondition:
        name 1 s !; expression 2 s !
        WebhookClientConfig:
        service 1 ServiceReference; caBundle 2 bytes; url 3 s
        ServiceReference:
        namespace 1 s !; name 2 s !; path 3 s; port 4 i
        RuleWithOperations:
        operations 1 [s]; rule 2 WebhookRule inline
        WebhookRule:
        apiGroups 1 [s]; apiVersions 2 [s]; resources 3 [s]; scope 4 s
        CustomResourceDefinition:
        metadata 1 ObjectMeta; spec 2 CustomResourceDefinitionSpec ! +; status 3 CustomResourceDefinitionStatus +
        CustomResourceDefinitionSpec:
        group 1 s !; names 3 CustomResourceDefinitionNames ! +; scope 4 s !
        versions 7 [CustomResourceDefinitionVersion] ! +; conversion 9 CustomResourceConversion
        preserveUnknownFields 10 b
        CustomResourceConversion:
        strategy 1 s !; webhook 2 any
        CustomResourceDefinitionNames:
        plural 1 s !; singular 2 s; shortNames 3 [s]; kind 4 s !; listKind 5 s; categories 6 [s]
        CustomResourceDefinitionVersion:
        name 1 s !; served 2 b !; storage 3 b !; schema 4 CustomResourceValidation
        subresources 5 CustomResourceSubresources; additionalPrinterColumns 6 [CustomResourceColumnDefinition]
        deprecated 7 b; deprecationWarning 8 s; selectableFields 9 [SelectableField]
        SelectableField:
        jsonPath 1 s !
        CustomResourceValidation:
        openAPIV3Schema 1 any
        CustomResourceSubresources:
        status 1 any; scale 2 CustomResourceSubresourceScale
        CustomResourceSubresourceScale:
        specReplicasPath 1 s !; statusReplicasPath 2 s !; labelSelectorPath 3 s
        CustomResourceColumnDefinition:
        name 1 s !; type 2 s !; format 3 s; description 4 s; priority 5 i; jsonPath 6 s !
        CustomResourceDefinitionStatus:
        conditions 1 [CustomResourceDefinitionCondition] m=type +; acceptedNames 2 CustomResourceDefinitionNames +
        storedVersions 3 [s] +; observedGeneration 4 i
        CustomResourceDefinitionCondition:
        type 1 s !; status 2 s !; lastTransitionTime 3 time; reason 4 s; message 5 s; observedGeneration 6 i
        """

    static let requests = """
        TokenRequest:
        metadata 1 ObjectMeta; spec 2 TokenRequestSpec; status 3 TokenRequestStatus
        TokenRequestSpec:
        audiences 1 [s]; expirationSeconds 4 i; boundObjectRef 3 BoundObjectReference
        BoundObjectReference:
        kind 1 s; apiVersion 2 s; name 3 s; uid 4 s
        TokenRequestStatus:
        token 1 s; expirationTimestamp 2 time
        TokenReview:
        metadata 1 ObjectMeta; spec 2 TokenReviewSpec; status 0 any
        TokenReviewSpec:
        token 1 s; audiences 2 [s]
        SelfSubjectReview:
        metadata 1 ObjectMeta; status 0 any
        SelfSubjectAccessReview:
        metadata 1 ObjectMeta; spec 2 SelfSubjectAccessReviewSpec; status 0 any
        SelfSubjectAccessReviewSpec:
        resourceAttributes 1 ResourceAttributes; nonResourceAttributes 2 NonResourceAttributes
        SubjectAccessReview:
        metadata 1 ObjectMeta; spec 2 SubjectAccessReviewSpec; status 0 any
        LocalSubjectAccessReview:
        metadata 1 ObjectMeta; spec 2 SubjectAccessReviewSpec; status 0 any
        SubjectAccessReviewSpec:
        resourceAttributes 1 ResourceAttributes; nonResourceAttributes 2 NonResourceAttributes; user 3 s; groups 4 [s]
        extra 5 any; uid 6 s
        SelfSubjectRulesReview:
        metadata 1 ObjectMeta; spec 2 SelfSubjectRulesReviewSpec; status 0 any
        SelfSubjectRulesReviewSpec:
        namespace 1 s
        ResourceAttributes:
        namespace 1 s; verb 2 s; group 3 s; version 4 s; resource 5 s; subresource 6 s; name 7 s; fieldSelector 8 any
        labelSelector 9 any
        NonResourceAttributes:
        path 1 s; verb 2 s
        Eviction:
        metadata 1 ObjectMeta; deleteOptions 2 DeleteOptions
        Binding:
        metadata 1 ObjectMeta; target 2 ObjectReference
        """
}
