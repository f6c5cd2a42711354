import Foundation
import PreviewDomain

/// How far the deployment is, part by part.
struct DeploymentSection: Sendable {
    /// One part: since when it is asked for, how it stands, how long it took.
    struct Line: Sendable {
        let id: String
        let title: String
        let status: StatusBadge
        let message: String?
        let meter: Meter?
        let requested: Moment?
        let finished: Moment?
        let took: String?
    }

    /// How far something is.
    struct Meter: Sendable {
        let label: String
        let percent: Int

        init?(_ label: String, _ progress: Double?) {
            guard let progress else { return nil }
            self.label = label
            percent = Int((min(max(progress, 0), 1) * 100).rounded(.down))
        }
    }

    let lines: [Line]
    /// How far all of it is, while it goes on.
    let meter: Meter?
    /// Whether it goes on, so that it is worth looking at.
    let isOpen: Bool
    let caption: String

    init(_ sight: PreviewSight) {
        lines = sight.snapshot.parts.map { Line($0, of: sight) }
        let status = sight.document.status
        isOpen = status == .pending || status == .deploying || status == .failed
        meter = status == .deploying || status == .pending ? Meter("Deployed", sight.document.progress) : nil
        let ready = sight.snapshot.parts.count { sight.fact($0)?.state == .ready }
        if isOpen {
            caption = "\(ready) of \(lines.count) parts are ready"
        } else {
            let time = sight.deploymentTime.map { ", ready after \(Elapsed.text($0))" } ?? ""
            caption = "\(lines.count) parts\(time)"
        }
    }
}

extension DeploymentSection.Line {
    init(_ part: Part, of sight: PreviewSight) {
        let fact = sight.fact(part)
        let asked = sight.snapshot.firstRequests[part]
        id = "part-\(part.elementID)"
        title = part.title.capitalizedFirst
        status =
            sight.document.status.isActive || fact?.state == .ready || fact?.state == .failed
            ? StatusBadge(part: fact?.state, isAsked: asked != nil) : StatusBadge("Not finished", .ended, icon: "ended")
        message = fact?.failure?.message(of: part) ?? fact?.message ?? (asked == nil ? sight.waitingFor(part) : nil)
        meter = fact?.state == .working ? .init("\(part.title.capitalizedFirst), done", fact?.progress) : nil
        requested = asked.map(Moment.init)
        let ready = fact?.state == .ready ? sight.snapshot.firstReady(part) : nil
        finished = (ready ?? (fact?.state == .failed ? fact?.observedAt : nil)).map(Moment.init)
        took = asked.flatMap { asked in
            ready.flatMap { $0 >= asked ? Elapsed.text($0.timeIntervalSince(asked)) : nil }
        }
    }
}

extension StatusBadge {
    /// How a part stands.
    init(part state: PartState?, isAsked: Bool) {
        switch state {
        case .working: self.init("Under way", .progress, icon: "progress")
        case .unhealthy: self.init("Unhealthy", .warning, icon: "warning")
        case .ready: self.init("Ready", .good, icon: "check")
        case .failed: self.init("Failed", .bad, icon: "failed")
        case nil where isAsked: self.init("Requested", .progress, icon: "progress")
        case nil: self.init("Waiting", .neutral, icon: "clock")
        }
    }
}

extension PreviewSight {
    /// How long it took until every part was ready for the first time.
    fileprivate var deploymentTime: TimeInterval? {
        let ready = snapshot.parts.compactMap { snapshot.firstReady($0) }
        guard ready.count == snapshot.parts.count, let first = snapshot.firstRequests.values.min(),
            let last = ready.max()
        else { return nil }
        return last.timeIntervalSince(first)
    }

    /// What has to come before a part that nobody was asked for yet.
    fileprivate func waitingFor(_ part: Part) -> String? {
        guard document.status.isActive, part != .namespace else { return nil }
        guard fact(.namespace)?.state == .ready else { return "Begins when the namespace is ready." }
        guard case .service(let name) = part, let service = preview.service(named: name) else { return nil }
        let open = service.databases.filter { fact(.database($0))?.state != .ready }
        return open.isEmpty ? nil : "Begins when \(open.joined(separator: ", ")) is ready."
    }
}
