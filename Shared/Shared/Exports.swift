@_exported public import KubernetesClient
@_exported public import MessageBus
@_exported public import Persistence
@_exported public import PreviewDomain
@_exported public import ServiceRuntime
