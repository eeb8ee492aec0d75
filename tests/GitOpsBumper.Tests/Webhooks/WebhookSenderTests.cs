using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    private const string GoodPush = """
        {"action": "push", "target": {"mediaType": "application/vnd.oci.image.index.v1+json", "repository": "team/web", "tag": "1"}, "request": {"host": "registry.example.com"} }
        """;

    public static TheoryData<string, string> Cases => new(WebhookCase.All().Select(each => (each.Type, each.Name)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_senders_document_is_read(string type, string name)
    {
        var documented = WebhookCase.Read(type, name);
        Assert.True(WebhookSenders.TryFind(type, out var receiver, out var problem), problem);

        // One case of each sender that has ids names the id.
        var names = documented.Expected.Any(IsDelivery);
        Assert.Equal(documented.Expected, WebhookCase.Describe(receiver.Read(documented.Request)).Where(line => names || !IsDelivery(line)));
    }

    [Fact]
    public void Each_sender_has_documented_bodies_of_which_one_is_taken_and_one_is_not()
    {
        foreach (var receiver in WebhookSenders.All)
        {
            var cases = WebhookCase.All().Where(each => each.Type == receiver.Types[0]).ToList();
            Assert.Contains(cases, each => each.Expected.Any(line => line.StartsWith("pushed: ", StringComparison.Ordinal) || line.StartsWith("changed: ", StringComparison.Ordinal)));
            Assert.All(cases, each => Assert.True(each.Source.StartsWith("https://", StringComparison.Ordinal) || each.Type == "generic", each.Name));
        }
    }

    [Fact]
    public void An_envelope_is_told_from_another_by_the_ids_of_its_events()
    {
        Assert.True(WebhookSenders.TryFind("distribution", out var receiver, out _));
        string? Of(string events) => receiver.Read(WebhookCase.RequestOf($$"""{"events": [{{events}}]}""")).Delivery;
        Assert.Equal("a", Of("""{"id": "a"}"""));
        Assert.NotEqual(Of("""{"id": "a"}, {"id": "b"}"""), Of("""{"id": "a"}, {"id": "c"}"""));
        Assert.Equal(Of("""{"id": "a"}, {"id": "b"}"""), Of("""{"id": "a"}, {"id": "b"}"""));
        Assert.Null(Of("{}"));
    }

    [Fact]
    public void An_id_that_fits_no_log_tells_nothing() => Assert.Null(
        Generic().Read(WebhookCase.RequestOf("""{"image": "web"}""", ("X-Request-Id", new string('x', 201)))).Delivery);

    [Theory]
    [InlineData("DOCKER.IO", "docker.io")]
    [InlineData("docker", "docker.io")]
    [InlineData("DockerHub", "docker.io")]
    [InlineData("github", "ghcr.io")]
    [InlineData("quay", "quay.io")]
    [InlineData("gar", "gcr")]
    [InlineData("pubsub", "gcr")]
    [InlineData("forgejo", "gitea")]
    [InlineData("jfrog", "artifactory")]
    public void A_sender_is_found_by_each_of_its_names_in_any_case(string type, string first)
    {
        Assert.True(WebhookSenders.TryFind(type, out var receiver, out _));
        Assert.Equal(first, receiver.Types[0]);
    }

    [Theory]
    [InlineData("habor", "type 'habor' is not known; allowed are docker.io, ghcr.io,", "; did you mean 'harbor'?")]
    [InlineData("a\nb-much-too-long", "type 'a?b-much-too-long' is not known; allowed are docker.io,", "azure-devops")]
    [InlineData("", "parameter type of the URL is missing, empty or there several times; allowed are docker.io,", "azure-devops")]
    [InlineData(null, "parameter type of the URL is missing, empty or there several times; allowed are docker.io,", "azure-devops")]
    public void A_sender_that_is_not_known_is_answered_with_all_that_are(string? type, string start, string end)
    {
        Assert.False(WebhookSenders.TryFind(type, out _, out var problem));
        Assert.StartsWith(start, problem, StringComparison.Ordinal);
        Assert.EndsWith(end, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_named_as_Image_Updater_names_them()
    {
        Assert.Equal(
            ["webhook.docker-secret DOCKER_WEBHOOK_SECRET", "webhook.ghcr-secret GHCR_WEBHOOK_SECRET", "webhook.harbor-secret HARBOR_WEBHOOK_SECRET",
                "webhook.quay-secret QUAY_WEBHOOK_SECRET", "webhook.aliyun-acr-secret ALIYUN_ACR_WEBHOOK_SECRET", "webhook.acr-secret ACR_WEBHOOK_SECRET",
                "webhook.cloudevents-secret CLOUDEVENTS_WEBHOOK_SECRET"],
            WebhookSenders.All.Take(7).Select(receiver => $"{receiver.SecretKey} {receiver.SecretVariable}"));
        Assert.Equal(WebhookSenders.All.Count, WebhookSenders.All.Select(receiver => receiver.SecretKey).Distinct().Count());
        Assert.Equal("AZURE_DEVOPS_WEBHOOK_SECRET", WebhookSenders.All[^1].SecretVariable);
    }

    [Fact]
    public void Who_can_sign_is_not_asked_for_a_parameter() => Assert.All(
        WebhookSenders.All.Where(receiver => receiver.Proofs.Any(proof => proof is WebhookProof.Signature)),
        receiver => Assert.DoesNotContain(receiver.Proofs, proof => proof is WebhookProof.Parameter));

    [Theory]
    [InlineData("registry.example.com", "pushed: registry.example.com/team/web 1")]
    [InlineData("Registry.Example.com:5000", "pushed: registry.example.com:5000/team/web 1")]
    [InlineData("localhost", "pushed: localhost/team/web 1")]
    [InlineData("hub.docker.com", "pushed: docker.io/team/web 1")]
    [InlineData("[::1]:5000", "pushed: [::1]:5000/team/web 1")]
    [InlineData("registry", null)]
    [InlineData("REGISTRY", null)]
    [InlineData("registry.example.com/team", null)]
    [InlineData("https://registry.example.com", null)]
    [InlineData("registry.example.com:port", null)]
    public void The_URL_of_the_webhook_may_say_where_images_are_pulled_from(string registry, string? expected)
    {
        var request = WebhookCase.RequestOf("""{"image": "push.example.com/team/web:1"}"""u8.ToArray(), [], [("registry", registry)]);
        Assert.Equal(
            expected ?? $"malformed: parameter registry of the URL is '{registry}', expected is the host of a registry with an optional port, such as registry.example.com:5000",
            Assert.Single(WebhookCase.Describe(Generic().Read(request))));
    }

    [Fact]
    public void A_registry_that_is_named_twice_is_not_guessed()
    {
        var request = WebhookCase.RequestOf("""{"image": "web:1"}"""u8.ToArray(), [], [("registry", "a.example.com"), ("registry", "b.example.com")]);
        Assert.Equal("malformed: parameter registry of the URL is empty or there several times, expected is the host of a registry", Assert.Single(WebhookCase.Describe(Generic().Read(request))));
    }

    [Fact]
    public void The_parameter_of_Image_Updater_replaces_the_registry_too()
    {
        var request = WebhookCase.RequestOf("""{"image": "web:1"}"""u8.ToArray(), [], [("registry_url", "a.example.com")]);
        Assert.Equal("pushed: a.example.com/library/web 1", Assert.Single(WebhookCase.Describe(Generic().Read(request))));
    }

    /// <summary>A registry sends again for ever what is refused, and keeps all later events until then.</summary>
    [Theory]
    [InlineData("", "ignored: registry 'registry' is not the host of a registry with an optional port, such as registry.example.com:5000; add registry=<host> to the URL of the webhook")]
    [InlineData(GoodPush, "pushed: registry.example.com/team/web 1")]
    [InlineData("""{"action": "push", "target": 5}""", "ignored: registry 'registry' is not the host of a registry with an optional port, such as registry.example.com:5000; add registry=<host> to the URL of the webhook")]
    [InlineData("\"push\"", "ignored: field events[0] is a text, expected is an object", true)]
    [InlineData("""{"action": "push", "target": 5}""", "ignored: field events[0].target is the number 5, expected is an object", true)]
    [InlineData("""{"action": "pull"}""", "ignored: registry 'registry' is not the host of a registry with an optional port, such as registry.example.com:5000; add registry=<host> to the URL of the webhook")]
    public void An_event_that_cannot_be_read_costs_a_registry_no_other_and_its_envelope_is_not_refused(string other, string expected, bool isFirst = false)
    {
        Assert.True(WebhookSenders.TryFind("distribution", out var receiver, out _));
        var bad = GoodPush.Replace("registry.example.com", "registry", StringComparison.Ordinal);
        var events = string.Join(',', new[] { isFirst ? other : bad, isFirst ? bad : other }.Where(each => each.Length > 0));
        var reading = receiver.Read(WebhookCase.RequestOf($$"""{"events": [{{events}}]}"""));
        Assert.Equal(expected, Assert.Single(WebhookCase.Describe(reading)));
        Assert.Equal(reading is WebhookReading.Ignored, reading is WebhookReading.Ignored { IsMistake: true });
    }

    [Fact]
    public void What_is_no_envelope_of_a_registry_is_malformed()
    {
        Assert.True(WebhookSenders.TryFind("distribution", out var receiver, out _));
        Assert.All(["[]", "push", """{"events": "push"}"""], body => Assert.IsType<WebhookReading.Malformed>(receiver.Read(WebhookCase.RequestOf(body))));
        Assert.False(Assert.IsType<WebhookReading.Ignored>(receiver.Read(WebhookCase.RequestOf("""{"events": [{"action": "pull"}]}"""))).IsMistake);
    }

    [Fact]
    public void More_events_than_a_registry_ever_sends_are_refused()
    {
        Assert.True(WebhookSenders.TryFind("distribution", out var receiver, out _));
        var events = string.Join(',', Enumerable.Repeat("{}", 1_001));
        Assert.Equal("malformed: field events has 1001 entries, at most 1000 are read", Assert.Single(WebhookCase.Describe(receiver.Read(WebhookCase.RequestOf($$"""{"events": [{{events}}]}""")))));
    }

    [Fact]
    public void A_host_that_can_stand_in_no_image_is_not_read_as_a_path_on_Docker_Hub()
    {
        Assert.True(WebhookSenders.TryFind("harbor", out var receiver, out _));
        var body = """{"type": "PUSH_ARTIFACT", "event_data": {"resources": [{"tag": "1", "resource_url": "harbor/team/web:1"}], "repository": {"repo_full_name": "team/web"}}}""";
        Assert.StartsWith("malformed: registry 'harbor' is not the host of a registry", Assert.Single(WebhookCase.Describe(receiver.Read(WebhookCase.RequestOf(body)))), StringComparison.Ordinal);
    }

    private static bool IsDelivery(string line) => line.StartsWith("delivery: ", StringComparison.Ordinal);

    private static IWebhookReceiver Generic() => WebhookSenders.TryFind("generic", out var receiver, out var problem) ? receiver : throw new InvalidOperationException(problem);
}
