import Testing

@testable import KubernetesClient

/// What refusals may be repeated in messages and logs.
struct APIStatusTests {
    @Test(
        arguments: [
            // As v1.36 writes values of fields, and what older servers make of them.
            (
                #"spec.template: Invalid value: {"spec":{"env":[{"value":"hunter2}\""}]}}: immutable"#,
                "spec.template: Invalid value: (an object): immutable"
            ),
            (
                #"x: Invalid value: core.PodTemplateSpec{Env:[]core.EnvVar{core.EnvVar{Value:"hunter2"}}}: immutable"#,
                "x: Invalid value: (an object): immutable"
            ),
            (
                #"x: Invalid value: []core.EnvVar{core.EnvVar{Value:"hunter2"}}: immutable"#,
                "x: Invalid value: (an object): immutable"
            ),
            (#"x: Invalid value: map[string]string{"a":"hunter2"}: no"#, "x: Invalid value: (an object): no"),
            (#"x: Invalid value: [{"value":"hunter2"},{}]: no"#, "x: Invalid value: (an object): no"),
            (#"x: Duplicate value: {"value":"hunter2"}"#, "x: Duplicate value: (an object)"),
            (
                #"a: Invalid value: {"a":"hunter2"}: no, b: Invalid value: "{\"a\":\"hunter2\"}": no"#,
                "a: Invalid value: (an object): no, b: Invalid value: (an object): no"
            ),
            (#"x: Invalid value: {"a":"hunter2"#, "x: Invalid value: (an object)"),
        ])
    func `objects that a refusal quotes are left out`(message: String, shown: String) {
        #expect(APIStatus.withoutObjects(message) == shown)
    }

    @Test(arguments: [
        #"metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case"#,
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0", "x: Invalid value: null: no",
        "spec: Invalid value: repository is immutable", #"x: Duplicate value: "a""#, "x: Invalid value: ", "",
    ])
    func `plain values stay`(message: String) {
        #expect(APIStatus.withoutObjects(message) == message)
    }
}
