"""The differences between a real API server and dev-cluster that stay, each with its reason."""

import re


class Difference:
    """Where (words of `file#seq`, `*` for anything), what (a regular expression on the difference), and why.

    One that `sometimes` occurs depends on the moment at which a controller works."""

    def __init__(self, where, what, why, sometimes=False):
        self.where = re.compile("|".join(re.escape(word).replace(r"\*", ".*") for word in where.split()))
        self.what = re.compile(what)
        self.text = f"{where}: {what}"
        self.why = why
        self.sometimes = sometimes

    def matches(self, exchange, line):
        return bool(self.where.fullmatch(exchange.id) and self.what.search(line))


def moment(where, what, why):
    return Difference(where, what, why, sometimes=True)


LISTED = [
    # What dev-cluster is not, or does not have.
    Difference("*", r"^(compiler|gitCommit|goVersion): ", "it is no build of Kubernetes"),
    Difference("*", r"volumeMounts: recorded \[|spec\.volumes: recorded \[.*kube-api-access",
               "no service account token is mounted: it would lead to an API over TLS"),
    Difference("*", r"^/v1 (pods|nodes|services)\.subresources\[(attach|binding|ephemeralcontainers|exec|portforward"
               r"|proxy|resize)\]: .*here nothing", "these subresources are not offered"),
    Difference("03#4 03#6 03#14 03#23 03#25 03#32 03#40 03#46 03#50 03#51", r"^code: recorded 200, here 404 404 page",
               "groups that are not served: flow control, aggregation, certificates, node, resource"),
    Difference("04#81", r"^items\[demo/web\]: .*here nothing", "Endpoints, which EndpointSlices replaced, are not made"),
    Difference("03#27 14#15 20#38 21#8 21#14 21#48 21#52", r"^header (content-encoding|vary): ", "answers are not compressed"),
    Difference("31*", r"^events of default/kubernetes: |^events of the start's end\[0\]\.after: recorded 2, here 1",
               "there is no Service `kubernetes`: the API is plain HTTP on another port"),
    Difference("14#3 14#9", r"fin/kube-root-ca|extension-apiserver|legacy-service-account", "objects of kube-apiserver"),
    Difference("31#1 31#2 31#3 31#4 31#5 31#6", r"^header content-type: recorded 'application/vnd.kubernetes.protobuf;str",
               "the recorded content type names its stream=watch; clients take JSON as well"),
    Difference("10#55 10#56", r"^code: ", "the recording keeps no duplicate fields: it holds parsed bodies"),
    Difference("06#92", r"^code: recorded 500", "the recorded node had no logs"),
    Difference("10#70", r"^code: ", "HEAD is answered as GET is"),
    Difference("20#9", r"^code: recorded 429, here 200", "a definition is served at once"),

    # The node, the ingress controller, the storage class and the PostgreSQL controller are others.
    Difference("06#19 06#20 06#34 07#103 07#105 31#13 31#30 31#39 31#47",
               r"fake-0|\[dev\]|/dev: |rows\[standard\]|^metadata\.(annotations|labels|managedFields|name)|^spec|apiserver-",
               "node, lease and storage class of the recording's machine"),
    Difference("21#36 21#39 21#40 21#41 21#42 21#47", r"bootstrap: |^status|generation: |cells\.",
               "CloudNativePG's objects are acted on here; in the recording nobody did"),
    Difference("06#17 06#62 06#67 31#10 31#22 31#34 31#43 31#49", r"web-endpoints|web-[a-z0-9]{5}\b",
               "an EndpointSlice is named after its Service, without a generated part"),
    Difference("31#12 31#31 31#38", r"traefik|after: recorded 1, here 0", "no IngressClass was recorded being made"),
    Difference("31#7 31#14", r"^code: recorded 200, here 409", "the recording made that Ingress anew in between"),
    Difference("31#8", r"^events of demo/web: ", "the recording deleted that Ingress without showing it"),

    # Controllers work at other moments, and in other steps.
    moment("02* 04#13 05#7 20* 21* 30*", r"^code: recorded 200, here 304",
           "the recorded server's OpenAPI changed with the groups of earlier scenarios"),
    moment("03#81 06#16 06#55 06#96 10#90 11#14", r"^(rows|items)(\[.*\])?(\.|:)",
           "Events: those of a node that really runs pods, in other words, without eventTime"),
    moment("02* 03* 04* 06* 07* 09* 10* 13* 30*",
           r"^(rows|items)\[.*\](: |\.cells\.|\.object\.metadata\.(generation|deletion|managedFields)|\.metadata\."
           r"(generation|deletion|managedFields|labels|annotations|ownerReferences)|\.m|(\.object)?\.spec\.replicas)|^status\.replicas",
           "what controllers had done by then"),
    moment("02#19 03#72 07#47 07#51 07#62 07#67 07#69 07#71", r"^events of demo/web: recorded .*MODIFIED|here MODIFIED",
           "a write of a controller's before or after the watch began"),
    moment("06#100 06#102 06#104 07#86 08#13 08#18 09#7 09#9 09#27 09#30 13#2 13#29 13#35 15#4 20#2 20#24 20#132 21#15 30#143 30#376 "
           "30#407", r"^(events of |columns: )", "other steps of controllers and of the kubelet, or outside of the recording"),
    moment("06#105 06#112 08#21 07#36 07#37", r"^(metadata\.|spec\.replicas)",
           "a write outside of the recording, or the kubelet's moment"),
    moment("08#11 08#12 08#16 08#17 08#21", r"^metadata\.(deletionGrace|generation)",
           "the grace period depends on how far the pod was"),
    moment("08#12 08#17 09#6 13#28 13#34 13#40", r"^code: recorded 200, here 404", "it is gone sooner here"),
    moment("09#*", r"conditions|metadata\.deletion|^version: ",
           "a namespace's contents are deleted at once, not five seconds later"),
    moment("08#13 09#7 13#29 13#35", r"^events of the start's end", "it is gone sooner here"),
    moment("20#8 20#140 20#152 21#8 21#11 21#13 21#14 21#15 21#16 21#17 21#69 30#355 30#356 30#357",
           r"acceptedNames|conditions", "a definition's names are accepted in the same step"),
    moment("20#133 20#134 21#69", r"metadata\.(deletionGrace|generation)|Terminating\]",
           "the end of a definition is one step here"),
    moment("20#136", r"^code: recorded 403, here 201", "the definition is gone sooner here"),

    # The recording has left something out.
    Difference("21#8 21#11 21#14 21#16", r"openAPIV3Schema\.", "the recording leaves the schema out"),
    Difference("30#35", r"^data\.release: ", "the recording leaves the release out"),

    # Words.
    Difference("04#73 05#56 06#110 06#111 07#109 09#38 10#36 10#42 10#43 10#45 10#46 10#67 10#68 10#69 10#80 11#7 11#8 "
               "11#21 11#38 12#10 12#12 13#26 20#75 20#80 20#96 20#98 20#102 20#118 20#153",
               r"^(message|details|\$text|status\.conditions)", "the same refusal in other words, causes or places"),
    Difference("10#49 05#56", r"^reason: recorded nothing", "Kubernetes leaves the reason of some errors open"),
    Difference("10#52 10#57 10#58 10#61 10#64 10#65 10#71 13#23 20#63 07#111 08#36", r"^details", "details of refusals"),
    Difference("01#21", r"^header x-content-type-options", "a header of refusals"),
    Difference("10#39 12#16", r"^code: recorded 500", "a version that is no number is the client's error here"),
    Difference("20#68", r"^(message|details)", "a subresource that is not there: which words"),

    # Fields and their owners.
    Difference("*", r"managedFields\[.*\]\.time: recorded nothing",
               "Kubernetes keeps no time for entries of /scale and for those that a patch wrote"),
    Difference("07*", r"f:conditions\.k:\{\"type\":\"Demo\"\}\.f:last",
               "a condition's missing times are null in Kubernetes' types, and count as written"),
    Difference("04#48 05#28 07#96 30#374 30#405", r"^metadata\.labels: ", "a Job gets its pods' labels"),
    Difference("05#54 20#113 20#114 09#43 09#44", r"managedFields|^version", "who owns what after a patch of managedFields itself"),
    Difference("07#105 10#76 11#49 12#17 13#2 13#21 13#25 20#147 20#148 20#158", r"managedFields|labels\.pick",
               "who owns what in rare cases"),
    Difference("09#41 09#42", r"^spec\.finalizers", "a namespace's own finalizer goes sooner"),
    Difference("07#21", r"", "/scale has no Table here"),
    Difference("08#65", r"\.(apiVersion|kind): recorded nothing", "deletecollection's items say what they are"),
    Difference("11#31", r"^items\[|remainingItemCount", "an outdated continue token starts over here"),
    Difference("12#14", r"^(events of|end: )", "every version since the start can be watched from here"),
    moment("13#39 13#43 13#44 13#45 13#46", r"", "an orphaned ReplicaSet is adopted later"),
    Difference("14#15 14#16", r"^items\[demo/big", "the recording leaves out the large objects"),
    Difference("20#108", r"^code: recorded 409, here 200", "ownership of a status that was applied before"),
]


def listed(exchange, line):
    return next((entry for entry in LISTED if entry.matches(exchange, line)), None)
