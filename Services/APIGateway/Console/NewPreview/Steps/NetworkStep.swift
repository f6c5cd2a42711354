import PreviewDomain

/// The third step: which services answer outside the cluster, and where.
struct NetworkContent: Sendable {
    let services: [ServicePart]
    /// The preview's own host.
    let ownHost: String
    let hasPrimary: Bool

    struct ServicePart: Sendable {
        let id: String
        let key: String
        let name: String
        let application: String
        let isExternal: Bool
        let isPrimary: Bool
        let host: String
        let internalHost: String
        /// Why an address outside would lead to nothing.
        let warning: String?
        let problem: String?
    }
}

extension NewPreviewPages {
    func network(_ opened: Opened) -> NetworkContent {
        let (draft, review) = (opened.review.draft, opened.review)
        let hosts = PreviewHosts(baseDomain: gateway.renderer.addresses(on: draft.cluster ?? "").baseDomain)
        let primary = draft.chosen.first(where: \.isExternal)?.key
        let services = draft.chosen.enumerated().map { index, service in
            let application = service.application(in: opened.catalogue)
            return NetworkContent.ServicePart(
                id: FieldID.member("externalDNS", service: index), key: service.key, name: service.name,
                application: service.application, isExternal: service.isExternal, isPrimary: service.key == primary,
                host: hosts.external(service: service.name, preview: draft.id),
                internalHost: PreviewHosts.internal(service: service.name, namespace: draft.id.namespace),
                warning: application?.serviceNames.isEmpty == true
                    ? "It has no Kubernetes Service, so nothing could answer at an address." : nil,
                problem: review.message("services[\(index)].externalDNS"))
        }
        return NetworkContent(services: services, ownHost: hosts.primary(preview: draft.id), hasPrimary: primary != nil)
    }
}

/// The third step's form.
struct NetworkForm: Sendable {
    private let form: Form

    init(_ form: Form) { self.form = form }

    func apply(to draft: inout PreviewDraft) {
        for key in form.all("service") {
            draft.change(key) { $0.isExternal = form["external|\(key)"] != nil }
        }
        // The first external service is the primary one.
        guard let key = form["primary"],
            let index = draft.services.firstIndex(where: { $0.key == key && $0.isExternal })
        else { return }
        draft.services.insert(draft.services.remove(at: index), at: 0)
    }
}
