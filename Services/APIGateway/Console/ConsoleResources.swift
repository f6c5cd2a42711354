/// The files in `Resources`, as the package manager compiled them into the program.
enum ConsoleResources {
    static let templates: [String: [UInt8]] = [
        "error": PackageResources.error_mustache,
        "layout": PackageResources.layout_mustache,
        "preview": PackageResources.preview_mustache,
        "preview-card": PackageResources.preview_card_mustache,
        "previews": PackageResources.previews_mustache,
        "role-choice": PackageResources.role_choice_mustache,
        "sign-in": PackageResources.sign_in_mustache,
        "status": PackageResources.status_mustache,
        "token-made": PackageResources.token_made_mustache,
        "token-new": PackageResources.token_new_mustache,
        "token-revoke": PackageResources.token_revoke_mustache,
        "tokens": PackageResources.tokens_mustache,
        "wizard": PackageResources.wizard_mustache,
        "wizard-applications": PackageResources.wizard_applications_mustache,
        "wizard-configuration": PackageResources.wizard_configuration_mustache,
        "wizard-field": PackageResources.wizard_field_mustache,
        "wizard-meters": PackageResources.wizard_meters_mustache,
        "wizard-network": PackageResources.wizard_network_mustache,
        "wizard-pick": PackageResources.wizard_pick_mustache,
        "wizard-review": PackageResources.wizard_review_mustache,
        "wizard-variables": PackageResources.wizard_variables_mustache,
    ]
    static let styleSheet = PackageResources.console_css
    static let script = PackageResources.console_js
    static let icons = PackageResources.icons_svg
}
