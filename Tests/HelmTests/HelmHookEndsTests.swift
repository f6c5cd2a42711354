import KubernetesClient
import Testing

@testable import Helm

/// When hooks have ended for so long that Helm should have gone on.
struct HelmHookEndsTests {
    private func pod(_ uid: String, _ phase: String) -> KubernetesObject {
        var pod = KubernetesObject(type: .pods, name: "orders-migrate-\(uid)", namespace: "preview-bcdfghjk")
        pod.value["metadata"]["uid"] = .string(uid)
        pod.value["status"] = ["phase": .string(phase)]
        return pod
    }

    /// Each second a look; in which of them the hooks are overdue, where 3 s of silence are allowed.
    private func overdue(_ looks: [[KubernetesObject]], earlier: [KubernetesObject] = []) -> [Int] {
        let begin = ContinuousClock.now
        var ends = HelmHookEnds(earlier: earlier, silence: .seconds(3), begin: begin)
        return looks.enumerated().compactMap { index, pods in
            ends.areOverdue(pods, at: begin + .seconds(index + 1)) ? index + 1 : nil
        }
    }

    @Test func `a hook that has ended is overdue after a while`() {
        let looks = [[pod("a", "Running")]] + Array(repeating: [pod("a", "Succeeded")], count: 5)
        #expect(overdue(looks) == [5, 6])
    }

    @Test func `a hook that has gone is overdue after a while`() {
        #expect(overdue([[pod("a", "Running")], [pod("a", "Failed")], [], [], [], []]) == [6])
    }

    @Test func `what has not begun, or runs, is not overdue`() {
        #expect(overdue(Array(repeating: [], count: 60)) == [])
        #expect(overdue(Array(repeating: [pod("a", "Running")], count: 60)) == [])
        #expect(overdue(Array(repeating: [pod("a", "Succeeded"), pod("b", "Pending")], count: 60)) == [])
    }

    @Test func `another attempt of the hook, or the next hook, begins the time anew`() {
        let looks = [[pod("a", "Failed")]] + Array(repeating: [pod("a", "Failed"), pod("b", "Failed")], count: 4)
        #expect(overdue(looks) == [5])
    }

    @Test func `what an earlier installation left says nothing`() {
        let left = pod("old", "Succeeded")
        #expect(overdue(Array(repeating: [left], count: 60), earlier: [left]) == [])
    }

    @Test func `who took long to the hook may take long after it`() {
        // Nine seconds in the queue of Helm's processes, or on a slow cluster.
        let looks = Array(repeating: [], count: 8) + Array(repeating: [pod("a", "Succeeded")], count: 30)
        #expect(overdue(looks).first == 9 + 27)
    }
}
