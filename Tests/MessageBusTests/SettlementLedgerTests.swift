import Testing

@testable import MessageBus

@Suite
struct SettlementLedgerTests {
    private func ledger(_ count: UInt64) -> SettlementLedger {
        var ledger = SettlementLedger()
        for tag in 1...count { ledger.delivered(tag) }
        return ledger
    }

    private func flush(_ ledger: inout SettlementLedger) -> [SettlementLedger.Method] { ledger.flush() }

    @Test func `deliveries handled in order are acknowledged by one method`() {
        var ledger = ledger(5)
        for tag in 1...4 as ClosedRange<UInt64> { ledger.settle(tag, .acknowledge) }
        #expect(flush(&ledger) == [.acknowledge(upTo: 4)])
        #expect(ledger.outstanding == 1)
        #expect(flush(&ledger) == [])
    }

    @Test func `a delivery behind one that is still handled is acknowledged alone`() {
        var ledger = ledger(4)
        ledger.settle(3, .acknowledge)
        #expect(flush(&ledger) == [.acknowledgeOne(3)])
        ledger.settle(1, .acknowledge)
        ledger.settle(2, .acknowledge)
        #expect(flush(&ledger) == [.acknowledge(upTo: 2)])
        ledger.settle(4, .acknowledge)
        #expect(flush(&ledger) == [.acknowledge(upTo: 4)])
        #expect(ledger.outstanding == 0)
    }

    @Test func `what is given back or rejected is never acknowledged`() {
        var ledger = ledger(4)
        ledger.settle(1, .acknowledge)
        ledger.settle(2, .giveBack)
        ledger.settle(3, .reject)
        ledger.settle(4, .acknowledge)
        #expect(flush(&ledger) == [.giveBack(2), .reject(3), .acknowledge(upTo: 4)])
        #expect(ledger.outstanding == 0)
    }

    @Test func `only the first decision about a delivery counts`() {
        var ledger = ledger(2)
        ledger.settle(1, .giveBack)
        ledger.settle(1, .acknowledge)
        ledger.settle(9, .acknowledge)
        #expect(flush(&ledger) == [.giveBack(1)])
        ledger.settle(1, .acknowledge)
        #expect(flush(&ledger) == [])
        #expect(ledger.outstanding == 1)
    }

    @Test func `every delivery is settled exactly once, in whatever order handlers end`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var ledger = SettlementLedger()
            var held: Set<UInt64> = []
            var undecided: [UInt64] = []
            for tag in 1...60 as ClosedRange<UInt64> {
                ledger.delivered(tag)
                held.insert(tag)
                undecided.append(tag)
                while undecided.count > Int.random(in: 0...8, using: &random) || (tag == 60 && !undecided.isEmpty) {
                    let decided = undecided.remove(at: Int.random(in: 0..<undecided.count, using: &random))
                    ledger.settle(decided, Bool.random(using: &random) ? .acknowledge : .giveBack)
                }
                for method in ledger.flush() {
                    switch method {
                    case .acknowledge(let last):
                        let covered = held.filter { $0 <= last }
                        #expect(covered.contains(last))
                        #expect(covered.isDisjoint(with: undecided))
                        held.subtract(covered)
                    case .acknowledgeOne(let tag), .giveBack(let tag), .reject(let tag):
                        let wasHeld = held.remove(tag) != nil
                        #expect(wasHeld)
                    }
                }
                #expect(ledger.outstanding == held.count)
            }
            #expect(held.isEmpty)
        }
    }
}
