using System.Text;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

public sealed class ObjectListReaderTests
{
    private const string Status = """
        ,"operation":{"sync":{"revision":"abc"}},"status":{"history":[{"source":{"repoURL":"https://old"},"id":1}],"reconciledAt":"2026-05-01T12:00:00Z",
         "resources":[{"kind":"Deployment","name":"a"},{"kind":"Service","name":"ü \"quoted\" \\ \ud83d\ude00"}],"sourceType":"Kustomize",
         "summary":{"externalURLs":["https://web"],"images":["nginx:1.27","not an image!"]}}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task A_list_reads_the_same_however_it_arrives(int chunk)
    {
        var json = Reading.ApplicationList(Reading.Application("web", Status), Reading.Application("api"));
        var list = await Reading.ListAsync(ObjectKinds.Application, json, chunk);

        Assert.Equal(["argocd/web", "argocd/api"], list.Objects.Select(watched => watched.Name.ToString()));
        Assert.Equal("77", list.ResourceVersion);
        Assert.Null(list.Continue);
        var web = list.Objects[0];
        Assert.Equal(("u-web", "5", false), (web.Uid, web.ResourceVersion, web.IsBeingDeleted));
        Assert.Equal("shop", web.Value.Project);
        Assert.Equal(SourceKind.Kustomize, Assert.Single(web.Value.Sources).Kind);
        Assert.Equal(["nginx:1.27"], web.Value.RunningImages!.Select(image => image.ToString()));
        Assert.Null(list.Objects[1].Value.RunningImages);
    }

    [Fact]
    public async Task A_list_that_was_cut_off_anywhere_is_an_error_and_never_a_shorter_list()
    {
        var json = Encoding.UTF8.GetBytes(Reading.ApplicationList(Reading.Application("web", Status), Reading.Application("api", ",\"status\":{}")).TrimEnd());
        for (var length = 0; length < json.Length; length++)
        {
            var failure = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, json[..length], 1 << 26, 64));
            Assert.True(failure.IsTransient);
            Assert.Equal($"the list of applications was cut off after {length} bytes", failure.Message);
        }
    }

    [Theory]
    [InlineData("""{"kind":"Status","apiVersion":"v1","status":"Failure"}""", "the API server answered with a Status where a list of applications was asked for")]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":"1"}}""", "the API server answered with something without a kind where a list of applications was asked for")]
    [InlineData("""{"kind":"ApplicationList","metadata":{"resourceVersion":"1"}}""", "the API server answered with a ApplicationList where a list of applications was asked for")]
    [InlineData("""{"kind":"ApplicationList","items":{},"metadata":{"resourceVersion":"1"}}""", "the API server answered with a ApplicationList where a list of applications was asked for")]
    [InlineData("""{"kind":"ApplicationList","items":[],"metadata":{}}""", "the list of applications has no resourceVersion")]
    [InlineData("""[]""", "the API server answered with something without a kind where a list of applications was asked for")]
    [InlineData("""<html>Bad gateway</html>""", "the list of applications is no JSON that can be read: byte 0 does not fit")]
    [InlineData("""{"kind":"ApplicationList","items":[],"metadata":{"resourceVersion":"1"}} {}""", "the list of applications is no JSON that can be read: byte 73 does not fit")]
    [InlineData("""{"kind":"ApplicationList","items":[{}],"metadata":{"resourceVersion":"1"}}""",
        "the API server sent an object of kind Application that has no usable name: '/' is not <namespace>/<name>, two names of a-z, 0-9, '-' and '.' with one '/' between them")]
    [InlineData("""{"kind":"ApplicationList","items":[{"metadata":{"name":"a","namespace":"b"}}],"metadata":{"resourceVersion":"1"}}""", "the API server sent Application b/a without uid or resourceVersion")]
    public async Task What_is_no_list_is_refused_with_a_sentence(string json, string message)
    {
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, json));
        Assert.Equal(message, failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task Half_a_character_in_a_text_that_is_read_is_refused()
    {
        var bad = Reading.ApplicationList(Reading.Application("web").Replace("shop", "sh\\ud83dop", StringComparison.Ordinal));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, bad));
        Assert.Contains("is no JSON that can be read", failure.Message, StringComparison.Ordinal);

        var bytes = Encoding.UTF8.GetBytes(Reading.ApplicationList(Reading.Application("web")));
        bytes[bytes.AsSpan().IndexOf("shop"u8)] = 0xFF;
        await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, bytes, 1 << 26));
    }

    [Fact]
    public async Task A_list_without_items_is_empty_whether_written_as_null_or_as_a_list()
    {
        foreach (var items in new[] { "null", "[]" })
        {
            var list = await Reading.ListAsync(ObjectKinds.Secret, $$"""{"kind":"SecretList","metadata":{"resourceVersion":"1","continue":"next=="},"items":{{items}}}""");
            Assert.Empty(list.Readings);
            Assert.Equal("next==", list.Continue);
        }
    }

    [Fact]
    public async Task One_object_that_cannot_be_read_does_not_spoil_its_neighbours()
    {
        var bad = Reading.Application("bad").Replace("\"shop\"", "{}", StringComparison.Ordinal);
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("web"), bad, Reading.Application("api")));

        Assert.Equal(3, list.Readings.Count);
        var unreadable = Assert.IsType<ObjectReading<ApplicationSnapshot>.Bad>(list.Readings[1]).Unreadable;
        Assert.Equal("Application argocd/bad: 'project' is a mapping, it has to be a text", unreadable.Reason);
    }

    [Fact]
    public async Task Larger_answers_than_any_are_refused()
    {
        var many = Encoding.UTF8.GetBytes(Reading.ApplicationList(Enumerable.Range(0, 50).Select(number => Reading.Application($"a{number}"))));
        var page = await Assert.ThrowsAsync<KubernetesException>(() => Reading.ListAsync(ObjectKinds.Application, many, 10_000, 1000));
        Assert.Equal("the list of applications has more than 10000 bytes and is not read", page.Message);
    }

    [Fact]
    public async Task A_Helm_parameter_without_a_name_keeps_its_place_and_the_Application_is_read()
    {
        const string Helm = """ "helm":{"parameters":[{"value":"1"},{"name":"image.tag","value":"2"}]},"repoURL" """;
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("web").Replace("\"repoURL\"", Helm.Trim(), StringComparison.Ordinal)));
        Assert.Equal([new HelmParameter("", "1", false), new HelmParameter("image.tag", "2", false)], Assert.Single(list.Objects).Value.Sources[0].HelmParameters);
    }

    [Fact]
    public async Task The_environment_of_a_plugin_is_read()
    {
        const string Plugin = """ "plugin":{"name":"p","env":[{"name":"TAG","value":"1"}],"parameters":[{"name":"x","string":"y"}]},"repoURL" """;
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("web").Replace("\"repoURL\"", Plugin.Trim(), StringComparison.Ordinal)));
        Assert.Equal([new PluginVariable("TAG", "1")], Assert.Single(list.Objects).Value.Sources[0].PluginEnv);
    }

    [Fact]
    public async Task An_object_with_a_deletion_timestamp_is_being_deleted()
    {
        var json = Reading.ApplicationList(Reading.Application("web").Replace("\"uid\"", "\"deletionTimestamp\":\"2026-05-01T12:00:00Z\",\"uid\"", StringComparison.Ordinal));
        Assert.True(Assert.Single((await Reading.ListAsync(ObjectKinds.Application, json)).Objects).IsBeingDeleted);
    }

    [Fact]
    public async Task Texts_that_repeat_are_held_once()
    {
        var list = await Reading.ListAsync(ObjectKinds.Application, Reading.ApplicationList(Reading.Application("web"), Reading.Application("api")), 13);
        Assert.Same(list.Objects[0].Value.Sources[0].RepositoryUrl, list.Objects[1].Value.Sources[0].RepositoryUrl);
        Assert.Same(list.Objects[0].Value.Project, list.Objects[1].Value.Project);
        Assert.Same(list.Objects[0].Name.Namespace, list.Objects[1].Name.Namespace);
    }

    [Fact]
    public async Task Secrets_config_maps_and_projects_are_read_as_from_manifests()
    {
        const string Meta = """{"name":"n","namespace":"argocd","uid":"u","resourceVersion":"1","labels":{"a":"b"},"annotations":{"x":"y"}}""";
        var secret = await Reading.ListAsync(ObjectKinds.Secret, $$$"""{"kind":"SecretList","items":[{"metadata":{{{Meta}}},"type":"t","data":{"k":"djE=","none":null}}],"metadata":{"resourceVersion":"1"}}""", 3);
        Assert.Equal("t", secret.Objects[0].Value.Type);
        Assert.Equal("v1", Assert.Single(secret.Objects[0].Value.Data).Value);
        Assert.Equal("b", secret.Objects[0].Value.Labels["a"]);

        var map = await Reading.ListAsync(ObjectKinds.ConfigMap, $$$"""{"kind":"ConfigMapList","items":[{"metadata":{{{Meta}}},"data":{"k":"v"},"binaryData":{"b":"AA=="}}],"metadata":{"resourceVersion":"1"}}""", 3);
        Assert.Equal("v", Assert.Single(map.Objects[0].Value.Data).Value);

        var project = await Reading.ListAsync(ObjectKinds.AppProject, $$$"""{"kind":"AppProjectList","items":[{"metadata":{{{Meta}}},"spec":{"sourceRepos":["*"],"roles":[],"syncWindows":[{"kind":"deny","schedule":"0 22 * * *","duration":"8h","timeZone":"Europe/Paris","namespaces":["prod-*"],"andOperator":true,"manualSync":true},{"schedule":["x"]}]}}],"metadata":{"resourceVersion":"1"}}""", 3);
        Assert.Equal(["*"], project.Objects[0].Value.SourceRepositories);
        var windows = project.Objects[0].Value.SyncWindows;
        Assert.Equal(("deny", "0 22 * * *", "8h", "Europe/Paris", true), (windows[0].Kind, windows[0].Schedule, windows[0].Duration, windows[0].TimeZone, windows[0].UsesAndOperator));
        Assert.Equal(["prod-*"], windows[0].Namespaces);
        Assert.Equal("'schedule' is a list, it has to be a text", windows[1].Problem);
    }
}
