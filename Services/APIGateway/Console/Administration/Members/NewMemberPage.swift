/// The form for somebody who will sign in at the provider.
struct NewMemberPage: ConsolePage {
    static let template = "member-new"
    let title = "Add member"
    let section: ConsoleSection? = .members
    private(set) var email: String?
    private(set) var name: String?
    private(set) var role: String?
    private(set) var roles = RoleChoice.all(chosen: nil)
    private(set) var emailProblem: String?
    private(set) var nameProblem: String?
    private(set) var roleProblem: String?

    /// Takes what was typed, and notes what is wrong with it.
    mutating func take(_ form: Form) {
        email = form.text("email")
        name = form.text("name")
        role = form.text("role")
        roles = RoleChoice.all(chosen: role)
        if checkedEmail == nil {
            emailProblem = "Write the address that the person signs in with, such as mia@example.com."
        }
        if let name, name.count > 100 || name.utf8.count > 1000 { nameProblem = "A name has at most 100 characters." }
        if checkedRole == nil { roleProblem = "Choose what the person may do." }
    }

    /// Notes that somebody has the address already.
    mutating func refuse(_ known: Member) {
        let address = known.email ?? known.name
        emailProblem = "\(address) is a member already, with the role \(known.role.rawValue). Change it in the list."
    }

    var checkedEmail: String? { email.flatMap { EmailAddress($0)?.rawValue } }
    var checkedRole: Role? { role.flatMap(Role.init(rawValue:)) }
    var isRight: Bool { emailProblem == nil && nameProblem == nil && roleProblem == nil }
}
