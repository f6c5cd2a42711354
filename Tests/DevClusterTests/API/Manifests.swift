/// Objects that several tests apply.
enum Manifest {
    static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: example.test/web:v1
                ports: [{name: http, containerPort: 8080}]
                env: [{name: MODE, value: dev}]
        """

    static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: rockets.example.test}
        spec:
          group: example.test
          scope: Namespaced
          names: {plural: rockets, kind: Rocket, shortNames: [rk]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}, scale: {specReplicasPath: .spec.engines, statusReplicasPath: .status.engines}}
            additionalPrinterColumns:
            - {name: Engines, type: integer, jsonPath: .spec.engines}
            - {name: Fuel, type: string, jsonPath: .spec.fuel}
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    type: object
                    required: [fuel]
                    properties:
                      engines: {type: integer, minimum: 1, default: 3}
                      fuel: {type: string, enum: [kerosene, hydrogen]}
                      name: {type: string, pattern: "^[a-z]+$"}
                  status:
                    type: object
                    properties:
                      engines: {type: integer}
                      phase: {type: string}
        """
}
