using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes.Access;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

public sealed class MergeTests : IDisposable
{
    private static readonly JsonSerializerOptions Tabbed = new() { WriteIndented = true, IndentCharacter = '\t', IndentSize = 1 };

    private readonly Places _places = new();

    public void Dispose() => _places.Dispose();

    [Fact]
    public async Task Who_defines_a_name_first_defines_it_alone()
    {
        _places.Write("a", """
            contexts: [ { name: x, context: { cluster: c, user: u } } ]
            users: [ { name: u, user: { token: first } } ]
            """);
        _places.Write("b", """
            current-context: x
            clusters: [ { name: c, cluster: { server: "https://first.example.com" } } ]
            users: [ { name: u, user: { token: second, as: somebody } } ]
            """);
        _places.Write("c", """
            current-context: y
            clusters: [ { name: c, cluster: { server: "https://second.example.com", tls-server-name: other } } ]
            contexts: [ { name: x, context: { cluster: c, user: u, namespace: late } } ]
            """);
        var access = Places.Find(List("a", "missing", "b", "c"));

        Assert.Equal(new Uri("https://first.example.com"), access.Server);
        Assert.Null(access.TlsServerName);
        Assert.Equal("default", access.Namespace);
        Assert.Equal("x", access.Name);
        Assert.Equal("first", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task Paths_are_relative_to_the_file_that_they_stand_in()
    {
        _places.Write("one/config", """
            current-context: x
            clusters: [ { name: c, cluster: { server: "https://api.example.com", certificate-authority: ../pki/ca.pem } } ]
            contexts: [ { name: x, context: { cluster: c, user: u, namespace: web } } ]
            """);
        _places.Write("two/config", "users: [ { name: u, user: { tokenFile: secrets/token } } ]");
        _places.Write("pki/ca.pem", Pem.Of("company").Certificate);
        _places.Write("two/secrets/token", "from-two");
        var access = Places.Find(List("one/config", "two/config"));

        Assert.Equal("CN=company", Assert.Single(access.Authorities).Subject);
        Assert.Equal("from-two", await Places.TokenAsync(access));
        Assert.Equal("web", access.Namespace);
    }

    [Fact]
    public void A_context_that_is_not_there_lists_those_that_are()
    {
        var question = _places.Kubeconfig();
        Assert.Equal(["kubeconfig '/config': there is no context 'prod'; the contexts are 'only'"], _places.Problems(question with { Context = "prod" }));

        _places.Write("a", "{current-context: gone, contexts: [{name: b}, {name: a}]}");
        _places.Write("b", "");
        Assert.Equal(
            ["the kubeconfig files '/a', '/b': there is no context 'gone', which current-context names; the contexts are 'a', 'b'"], _places.Problems(List("a", "b")));
        _places.Write("a", "{}");
        Assert.Equal(["kubeconfig '/a': there is no current-context, and --context is not given; there are no contexts"], _places.Problems(List("a")));
        Assert.Equal(
            ["kubeconfig '/a', context 'a', cluster: it is missing; there are no clusters", "kubeconfig '/a', context 'a', user: there is no user 'x'; the users are 'u'"],
            Rewritten("{contexts: [{name: a, context: {user: x}}], users: [{name: u}]}", "a"));
    }

    [Fact]
    public void What_is_wrong_with_entries_that_nobody_uses_does_not_matter()
    {
        var text = File.ReadAllText(_places.Kubeconfig().Kubeconfig!).Replace("users:", "users:\n- {name: old, user: {auth-provider: {name: gcp}}}", StringComparison.Ordinal);
        _places.Write("config", text);

        Assert.Equal("only", Places.Find(List("config")).Name);
    }

    [Fact]
    public void Json_is_a_kubeconfig_too_with_tabs_as_well()
    {
        var text = JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["kind"] = "Config",
                ["current-context"] = "x",
                ["clusters"] = new[] { new { name = "c", cluster = new { server = "https://[fd00::1]:6443/k8s/clusters/c-1" } } },
                ["users"] = new[] { new { name = "u", user = new { token = "t" } } },
                ["contexts"] = new[] { new { name = "x", context = new { cluster = "c", user = "u" } } },
            },
            Tabbed);
        _places.Write("json", text);

        Assert.Equal("https://[fd00::1]:6443/k8s/clusters/c-1", Places.Find(List("json")).Server.AbsoluteUri);
    }

    [Theory]
    [InlineData("a: [", "kubeconfig '/a' line 2: not YAML: ")]
    [InlineData("- a", "kubeconfig '/a': it is a list, a kubeconfig is a mapping with clusters, users and contexts")]
    [InlineData("{kind: Secret, apiVersion: v1}", "kubeconfig '/a': it is of kind 'Secret' and apiVersion 'v1', allowed are Config and v1")]
    [InlineData("kind: Config\n---\nkind: Config", "kubeconfig '/a' line 3: a second document begins, a kubeconfig has one")]
    [InlineData("users: {name: a}", "kubeconfig '/a' line 1: users is a mapping, it has to be a list")]
    [InlineData("users:\n- {user: {token: hush}}", "kubeconfig '/a' line 2: an entry of users has no name")]
    [InlineData("users:\n- name: a\n- name: a", "kubeconfig '/a' line 3: user 'a' is defined a second time")]
    public void A_file_that_is_no_kubeconfig_is_told_as_such(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Rewritten(text, "x")), StringComparison.Ordinal);

    [Fact]
    public void A_kubeconfig_has_its_bounds()
    {
        using (var file = File.Create(_places.In("large")))
            file.SetLength(BoundedFile.MaxKubeconfigBytes + 1);

        Assert.Equal([$"a kubeconfig cannot be read: the file '/large' has more than {BoundedFile.MaxKubeconfigBytes} bytes"], _places.Problems(List("large")));
        Directory.CreateDirectory(_places.In("folder"));
        Assert.Equal(["a kubeconfig cannot be read: '/folder' is a folder, it has to be a file"], _places.Problems(List("folder")));
    }

    private KubernetesAccessQuestion List(params string[] names)
    {
        _places.Variables["KUBECONFIG"] = string.Join(':', names.Select(_places.In));
        return _places.Question;
    }

    private IReadOnlyList<string> Rewritten(string text, string context)
    {
        _places.Write("a", text);
        return _places.Problems(List("a") with { Context = context });
    }
}
