"""The PreviewEnvironment resource as its users have it: every manifest, command, valid and invalid value, with kubectl."""

import datetime
import json
import time
import unittest

from environment import shared

import cluster  # from the demo, by way of environment
from environment_resource import (
    RESOURCE, SERVICES, Application, Leftovers, PathApplication, Resource, apply, changes, columns, kubectl, manifest, sha, until,
    watching)

CREATING = ["Pending", "Creating"]


class ResourceTest(unittest.TestCase):
    """A test with an application to preview; every resource that it makes is gone in the end."""

    @classmethod
    def setUpClass(cls):
        cls.environment, cls.story = shared()
        cls.application = Application(cls.environment.state / "data" / "images")
        if not cluster.namespace_exists(Application.namespace):
            cls.application.install()
        cls.story.report.until(
            "the application is in the catalogue", 60, cls.story.api.applications,
            lambda found: {f"{Application.namespace}/{name}" for name in SERVICES} <= set(found))

    def make(self, name, namespace="default", **spec):
        """Applies a manifest; its resource, preview and all are gone after the test."""
        self.namespace(namespace)
        resource = Resource(name, namespace)
        self.addCleanup(self.remove, resource)
        body = manifest(name, namespace, **spec)
        self.assertIn(name, apply(body).stdout)
        return resource

    def namespace(self, name):
        if name == "default" or cluster.namespace_exists(name):
            return
        kubectl("create", "namespace", name)

    def remove(self, resource):
        """Deletes the resource and expects nothing to be left of its preview."""
        if resource.read() is None:
            return
        leftovers = Leftovers(resource)
        resource.delete()
        self.assertIsNone(resource.read())
        self.assertEqual(leftovers.found(), [], f"left of {resource}")

    def update(self, resource, **spec):
        kubectl("patch", RESOURCE, *resource.at, "--type=merge", f"--patch={json.dumps({'spec': spec})}")


class Manual(ResourceTest):
    """From the first manifest to the last command."""

    def test_a_minimal_manifest_becomes_a_preview_of_the_repository(self):
        self.application.image(sha(0x123))
        resource = self.make("pr-123", headSHA=sha(0x123))
        body = resource.ready()
        self.assertEqual(body["spec"]["ttl"], "4h")
        status = body["status"]
        self.assertEqual(status["namespace"], "preview-pr-123")
        self.assertTrue(cluster.namespace_exists(status["namespace"]))
        self.assertEqual(resource.answers(status["url"]), sha(0x123))
        self.assertEqual({service["name"] for service in status["services"]}, set(SERVICES))
        for service in status["services"]:
            self.assertTrue(service["ready"], service)
        self.assertEqual(status["costEstimate"]["currency"], "USD")
        self.assertAlmostEqual(
            float(status["costEstimate"]["totalCost"]), 4 * float(status["costEstimate"]["hourlyCost"]), places=4)
        created, expires, synced = (
            datetime.datetime.fromisoformat(status[field].replace("Z", "+00:00"))
            for field in ("createdAt", "expiresAt", "lastSyncedAt"))
        self.assertEqual((expires - created).total_seconds(), 4 * 3600)
        self.assertGreaterEqual(synced, created)
        self.assertEqual(status["observedGeneration"], 1)
        conditions = {one["type"]: one for one in status["conditions"]}
        self.assertEqual(
            {kind: one["status"] for kind, one in conditions.items()},
            {"Ready": "True", "DatabasesReady": "True", "AddressesReady": "True", "Failed": "False"})
        self.assertEqual(
            (conditions["Ready"]["reason"], conditions["Ready"]["message"]),
            ("ServicesReady", "All services are healthy"))
        self.commands(resource, status)

    def commands(self, resource, status):
        for kind in ("previews", "previewenvironments", "preview"):
            table = columns(kubectl("get", kind).stdout)
            self.assertEqual(table[0], ["NAME", "PR", "PHASE", "URL", "AGE"])
            self.assertEqual(table[1][:4], ["pr-123", "123", "Ready", status["url"]])
        text = kubectl("get", "preview", "pr-123", "--output=yaml").stdout
        for line in ("phase: Ready", "reason: ServicesReady", "  repository: myorg/myrepo"):
            self.assertIn(line, text)
        resource.has_events(*CREATING, "Ready")
        text = kubectl("describe", "preview", "pr-123").stdout
        for word in ("Events:", "Pending", "Creating", "Ready", "All services are healthy"):
            self.assertIn(word, text)
        self.assertEqual(set(resource.events()), {*CREATING, "Ready"})
        patch = '{"status":{"phase":"Ready"}}'
        kubectl("patch", "preview", "pr-123", "--subresource=status", "--type=merge", "--patch", patch)
        result = kubectl("patch", "preview", "pr-123", "--subresource=status", "--type=merge", "--patch",
                         patch.replace("Ready", "Splendid"), check=False)
        self.assertIn("status.phase: Unsupported value", result.stderr)
        kubectl("wait", "preview/pr-123", "--for=condition=Ready", "--timeout=10s")
        namespace = json.loads(kubectl("get", "namespace", status["namespace"], "--output=json").stdout)["metadata"]
        self.assertNotIn("ownerReferences", namespace)
        owner = {name: namespace["annotations"].get(f"preview.previewd.io/owner-{name}") for name in ("name", "namespace")}
        self.assertEqual(owner, {"name": "pr-123", "namespace": "default"})
        leftovers = Leftovers(resource)
        self.assertIn("deleted", kubectl("delete", "preview", "pr-123").stdout)
        self.assertEqual(leftovers.found(), [])

    def test_a_full_manifest_is_followed_in_every_field(self):
        self.application.image(sha(0x456))
        resource = self.make(
            "pr-456-feature-auth", "preview-system", prNumber=456, headSHA=sha(0x456), baseBranch="main",
            headBranch="feature/auth-improvements", ttl="8h", services=["api", "web", "worker", "database"])
        status = resource.ready()["status"]
        self.assertEqual([service["name"] for service in status["services"]], ["api", "web", "worker", "database"])
        for service in status["services"]:
            if "url" in service:
                self.assertEqual(resource.answers(service["url"]), sha(0x456))
        created, expires = (
            datetime.datetime.fromisoformat(status[field].replace("Z", "+00:00")) for field in ("createdAt", "expiresAt"))
        self.assertEqual((expires - created).total_seconds(), 8 * 3600)

    def test_a_status_in_a_manifest_is_the_operators_to_set(self):
        self.application.image(sha(0x789))
        body = manifest("pr-789", prNumber=789, headSHA=sha(0x789), services=["api"])
        body["status"] = {
            "phase": "Ready", "url": "https://pr-789.preview.example.com", "namespace": "preview-pr-789",
            "services": [{"name": "api", "ready": True, "url": "https://api-pr-789.preview.example.com"}],
            "costEstimate": {"currency": "USD", "hourlyCost": "0.15", "totalCost": "0.60"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "ServicesReady", "message": "All services are healthy",
                            "lastTransitionTime": "2025-11-09T12:00:00Z"}],
            "createdAt": "2025-11-09T08:00:00Z", "expiresAt": "2025-11-09T16:00:00Z",
            "lastSyncedAt": "2025-11-09T12:00:00Z", "observedGeneration": 1}
        resource = Resource("pr-789")
        self.addCleanup(self.remove, resource)
        apply(body)
        self.assertNotEqual(resource.status().get("url"), body["status"]["url"])
        status = resource.ready()["status"]
        self.assertEqual(resource.answers(status["url"]), sha(0x789))
        self.assertNotEqual(status["createdAt"], "2025-11-09T08:00:00Z")

    def test_what_is_wrong_and_cannot_be_granted_is_said(self):
        resource = self.make("pr-31", prNumber=31, services=["api", "no-such-service"])
        resource.phase("Failed", limit=60)
        failed = resource.condition("Failed")
        self.assertEqual(failed["status"], "True")
        self.assertIn("no-such-service", failed["message"])
        resource.has_events(failed["reason"])
        self.application.image(sha(0x31), ["api"])
        self.update(resource, services=["api"], headSHA=sha(0x31))
        resource.ready(sha(0x31))


class Values(ResourceTest):
    """Valid and invalid values, field by field."""

    def check(self, field, valid, invalid, message):
        for value in valid:
            with self.subTest(field=field, valid=value):
                apply(manifest("pr-1", **{field: value}), "--dry-run=server")
        for value in invalid:
            with self.subTest(field=field, invalid=value):
                result = apply(manifest("pr-1", **{field: value}), "--dry-run=server", check=False)
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertRegex(result.stderr, message)

    def test_repository(self):
        self.check(
            "repository", ["myorg/myrepo", "My-Org-123/my-repo-456", "acme/web.site", "acme/snake_case", "acme/.github"],
            ["myorg", "myorg/", "/myrepo", "myorg/my/repo", "acme/.", "acme/..", "https://github.com/acme/shop", "", "a b/c"],
            r"spec\.repository")

    def test_number(self):
        self.check("prNumber", [1, 123, 999999], [0, -1, "1", 1.5], r"spec\.prNumber")

    def test_commit(self):
        self.check(
            "headSHA", ["1234567890abcdef1234567890abcdef12345678"],
            ["short", "1234567890ABCDEF1234567890abcdef12345678", "1234567890ghijkl1234567890abcdef12345678", sha(1) + "0", ""],
            r"spec\.headSHA")

    def test_time_to_live(self):
        self.check(
            "ttl", ["1h", "2h30m", "8h", "24h", "4h", "30m", "1h30m", "168h", "90s"],
            ["4", "4d", "h", "-4h", "4h 30m", "forever", "", "4H"], r"spec\.ttl")

    def test_services(self):
        self.check(
            "services", [["api", "web", "worker", "database"], ["myrepo/api"], []],
            [["api", "api"], ["Api"], ["a/b/c"], ["-api"], ["api"] * 2, [f"s{number}" for number in range(21)]],
            r"spec\.services")

    def test_required_fields(self):
        for field in ("repository", "prNumber", "headSHA"):
            with self.subTest(field=field):
                result = apply(manifest("pr-1", **{field: None}), "--dry-run=server", check=False)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"spec.{field}: Required value", result.stderr)

    def test_unknown_fields(self):
        result = apply(manifest("pr-1", branch="main"), "--dry-run=server", check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn('unknown field "spec.branch"', result.stderr)

    def test_a_time_to_live_over_a_week_is_refused_by_the_schema_or_after_it(self):
        result = apply(manifest("pr-169", prNumber=169, ttl="169h"), check=False)
        if result.returncode == 0:  # where the API server evaluates no rules
            resource = Resource("pr-169")
            self.addCleanup(self.remove, resource)
            resource.phase("Failed", limit=60)
            self.assertIn("168", resource.condition("Failed")["message"])
        else:
            self.assertIn("168h", result.stderr)


class Deletion(ResourceTest):
    """`kubectl delete preview` at any time leaves nothing; the object goes only after that."""

    def delete(self, resource):
        """Deletes, and sees that the object outlasts everything else."""
        leftovers = Leftovers(resource)
        resource.delete(wait=False)
        deadline = time.monotonic() + 90
        while (body := resource.read()) is not None:
            self.assertLess(time.monotonic(), deadline, body)
            status = body.get("status", {})
            leftovers.preview = leftovers.preview or status.get("preview")
            leftovers.namespace = leftovers.namespace or status.get("namespace")
        self.assertEqual(leftovers.found(), [], f"left of {resource}")
        resource.has_events("Deleting")
        return leftovers

    def test_right_after_its_creation(self):
        self.application.image(sha(0x40))
        resource = self.make("pr-40", prNumber=40, headSHA=sha(0x40))
        resource.delete()
        self.assertIsNone(resource.read())
        # Nothing comes back.
        time.sleep(3)
        self.assertFalse(cluster.namespace_exists("preview-pr-40"))
        self.assertEqual(cluster.labelled("pr-40"), [])

    def test_while_creating(self):
        self.application.image(sha(0x41), mode="unready")
        resource = self.make("pr-41", prNumber=41, headSHA=sha(0x41))
        resource.phase("Creating")
        until("its pods run", 60, lambda: cluster.pod_processes("preview-pr-41"), len)
        self.delete(resource)

    def test_while_ready(self):
        self.application.image(sha(0x42))
        resource = self.make("pr-42", prNumber=42, headSHA=sha(0x42))
        resource.ready()
        self.assertIsNotNone(self.delete(resource).preview)

    def test_while_updating(self):
        self.application.image(sha(0x43))
        self.application.image(sha(0x44), mode="unready")
        resource = self.make("pr-43", prNumber=43, headSHA=sha(0x43))
        resource.ready()
        self.update(resource, headSHA=sha(0x44))
        resource.phase("Updating")
        self.delete(resource)

    def test_while_failed(self):
        self.application.image(sha(0x45), mode="exit")
        resource = self.make("pr-45", prNumber=45, headSHA=sha(0x45), services=["api"])
        resource.phase("Failed")
        self.assertIn("this version does not start", resource.condition("Failed")["message"])
        self.delete(resource)

    def test_when_its_time_is_over_the_resource_goes_by_itself(self):
        self.application.image(sha(0x46), ["api"])
        resource = self.make("pr-46", prNumber=46, headSHA=sha(0x46), services=["api"], ttl="40s")
        status = resource.ready(limit=39)["status"]
        leftovers = Leftovers(resource)
        until("the resource is gone", 90, lambda: [resource.read()], lambda found: found == [None])
        self.assertGreaterEqual(
            datetime.datetime.now(datetime.timezone.utc),
            datetime.datetime.fromisoformat(status["expiresAt"].replace("Z", "+00:00")))
        self.assertEqual(leftovers.found(), [])
        resource.has_events("Expired")


class Updates(ResourceTest):
    def test_twenty_updates_in_ten_seconds(self):
        self.application.image(sha(0x50), ["api"])
        for number in range(1, 21):
            self.application.image(sha(0x5000 + number), ["api"])
        resource = self.make("pr-50", prNumber=50, headSHA=sha(0x50), services=["api"])
        namespace = resource.ready()["status"]["namespace"]
        release = json.loads(cluster.run("helm", "list", f"--namespace={namespace}", "--output=json"))[0]["name"]
        before = self.revision(release, namespace)
        with watching(resource) as phases:
            until("the watch has begun", 30, lambda: phases, len)
            start = time.monotonic()
            for number in range(1, 21):
                self.update(resource, headSHA=sha(0x5000 + number))
                time.sleep(max(0, start + number * 0.5 - time.monotonic()))
            took = time.monotonic() - start
            body = resource.ready(sha(0x5000 + 20))
            until("the watch has seen it", 30, lambda: phases, lambda found: found[-1] == "Ready")
        self.assertLess(took, 15)
        self.assertEqual(changes(phases), ["Ready", "Updating", "Ready"])
        self.assertEqual(resource.answers(body["status"]["url"]), sha(0x5000 + 20))
        rollouts = self.revision(release, namespace) - before
        self.assertTrue(1 <= rollouts <= 3, rollouts)
        print(f"twenty updates in {took:.1f} s: {rollouts} rollouts", flush=True)

    def revision(self, release, namespace):
        """How often Helm has deployed a release."""
        history = json.loads(cluster.run("helm", "history", release, f"--namespace={namespace}", "--output=json"))
        return max(entry["revision"] for entry in history)

    def test_what_cannot_change_is_kept_or_refused(self):
        self.application.image(sha(0x51), ["api"])
        resource = self.make("pr-51", prNumber=51, headSHA=sha(0x51), services=["api"])
        resource.ready()
        for change in ({"prNumber": 52}, {"repository": "other/myrepo"}):
            result = kubectl("patch", RESOURCE, *resource.at, "--type=merge", f"--patch={json.dumps({'spec': change})}",
                             check=False)
            field = next(iter(change))
            if result.returncode == 0:  # where the API server evaluates no rules
                resource.phase("Failed", limit=60)
                self.assertRegex(resource.condition("Failed")["message"], f"{field}: .*immutable")
                self.update(resource, prNumber=51, repository="myorg/myrepo")
                resource.ready()
            else:
                self.assertIn(f"{field} is immutable", result.stderr)
        self.assertEqual(resource.answers(resource.status()["url"]), sha(0x51))


class Services(ResourceTest):
    """Which applications a resource means."""

    def test_a_repository_is_found_by_the_path_of_images(self):
        application = PathApplication(self.environment.state / "data" / "images")
        application.install()
        self.addCleanup(kubectl, "delete", "namespace", application.namespace)
        self.story.report.until(
            "the application is in the catalogue", 60, self.story.api.applications,
            lambda found: "pathed/till" in found)
        application.image(sha(0x70))
        resource = self.make("pr-70", repository="Acme/pathed", prNumber=70, headSHA=sha(0x70))
        status = resource.ready()["status"]
        self.assertEqual([service["name"] for service in status["services"]], ["till"])
        self.assertEqual(resource.answers(status["url"]), sha(0x70))
        # A repository of a like name has none of it.
        other = self.make("pr-71", repository="acme/path", prNumber=71, headSHA=sha(0x71))
        other.phase("Failed", limit=60)
        self.assertIn("No application of acme/path is known", other.condition("Failed")["message"])

    def test_an_unknown_name_is_refused_with_those_that_are_known(self):
        resource = self.make("pr-72", prNumber=72, headSHA=sha(0x72), services=["api", "cashier"])
        resource.phase("Failed", limit=60)
        message = resource.condition("Failed")["message"]
        self.assertRegex(message, r"services\[1\]: No application cashier runs on")
        for service in SERVICES:
            self.assertIn(service, message.split("known are")[1])

    def test_previews_whose_names_lead_to_one_host_answer_each_at_its_own(self):
        self.application.image(sha(0x73), ["api"])
        self.application.image(sha(0x74), ["api"])
        first = self.make("pr-73", prNumber=73, headSHA=sha(0x73), services=["api"])
        second = self.make("api-pr-73", prNumber=74, headSHA=sha(0x74), services=["api"])
        urls = []
        for resource, version in ((first, sha(0x73)), (second, sha(0x74))):
            status = resource.ready()["status"]
            for url in (status["url"], *(service["url"] for service in status["services"])):
                self.assertEqual(resource.answers(url), version, url)
                urls.append(url)
        self.assertEqual(len(set(urls)), 4, urls)


class Identity(ResourceTest):
    def assertNewer(self, status, before):
        # Several lives fit into one second, as which times are shown; revisions go on over all of them.
        self.assertGreater((status["createdAt"], status["revision"]), (before["createdAt"], before["revision"]))

    def test_the_same_number_of_two_repositories_and_the_same_name_in_two_namespaces(self):
        self.application.image(sha(0x60), ["api"])
        self.application.image(sha(0x61), ["api"])
        first = self.make("pr-60", "team-a", prNumber=60, headSHA=sha(0x60), services=["api"])
        second = self.make(
            "pr-60", "team-b", repository="other/myrepo", prNumber=60, headSHA=sha(0x61), services=["api"])
        one, other = first.ready()["status"], second.ready()["status"]
        for field in ("preview", "namespace", "url"):
            self.assertNotEqual(one[field], other[field])
        self.assertEqual((first.answers(one["url"]), second.answers(other["url"])), (sha(0x60), sha(0x61)))
        first.delete()
        self.assertEqual(second.status()["phase"], "Ready")
        self.assertEqual(second.answers(other["url"]), sha(0x61))

    def test_reopened_it_is_found_where_it_was(self):
        self.application.image(sha(0x62), ["api"])
        resource = self.make("pr-62", prNumber=62, headSHA=sha(0x62), services=["api"])
        before = resource.ready()["status"]
        resource.delete()
        apply(manifest("pr-62", prNumber=62, headSHA=sha(0x62), services=["api"]))
        after = resource.ready()["status"]
        for field in ("preview", "namespace", "url"):
            self.assertEqual(before[field], after[field])
        self.assertEqual(resource.answers(after["url"]), sha(0x62))
        self.assertNewer(after, before)

    def test_freed_by_force_while_nobody_watches_it_gives_its_name_back(self):
        self.application.image(sha(0x63), ["api"])
        resource = self.make("pr-63", prNumber=63, headSHA=sha(0x63), services=["api"])
        before = resource.ready()
        start = self.environment.kill("provisioner")
        resource.delete(wait=False)
        kubectl("patch", RESOURCE, *resource.at, "--type=merge", '--patch={"metadata":{"finalizers":null}}')
        self.assertIsNone(resource.read())
        apply(manifest("pr-63", prNumber=63, headSHA=sha(0x63), services=["api"]))
        start()
        after = resource.ready(limit=180)
        self.assertNotEqual(before["metadata"]["uid"], after["metadata"]["uid"])
        for field in ("preview", "namespace", "url"):
            self.assertEqual(before["status"][field], after["status"][field])
        self.assertNewer(after["status"], before["status"])
        self.assertEqual(resource.answers(after["status"]["url"]), sha(0x63))


class Interruptions(ResourceTest):
    """A process that is killed while it has a resource in hand goes on with it."""

    def kill(self, service):
        self.application.image(sha(0x70), ["api"])
        for pause in (0, 0.3):
            with self.subTest(service=service, pause=pause):
                resource = self.make("pr-70", prNumber=70, headSHA=sha(0x70), services=["api"])
                time.sleep(pause)
                start = self.environment.kill(service)
                time.sleep(1)
                start()
                status = resource.ready()["status"]
                self.assertEqual(resource.answers(status["url"]), sha(0x70))
                leftovers = Leftovers(resource)
                start = self.environment.kill(service)
                resource.delete(wait=False)
                time.sleep(1)
                self.assertIsNotNone(resource.read(), "it waits for the cleanup")
                start()
                until("the resource is gone", 90, lambda: [resource.read()], lambda found: found == [None])
                self.assertEqual(leftovers.found(), [])

    def test_the_provisioner(self):
        self.kill("provisioner")

    def test_the_gateway(self):
        self.kill("api-gateway")


if __name__ == "__main__":
    unittest.main()
