using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Adapters.Registries;

public sealed class RegistryConfigurationTests
{
    [Fact]
    public void All_fields_of_Image_Updater_are_understood()
    {
        var configuration = Read("""
            registries:
            - name: Docker Hub
              prefix: docker.io
              api_url: https://registry-1.docker.io
              ping: yes
              credentials: secret:foo/bar#creds
              credsexpire: 1h30m
              defaultns: library
              default: true
              tagsortmode: latest-first
            - name: Mirror
              prefix: registry.example.com:5000/mirror/
              api_url: http://mirror.example.com/registry
              insecure: yes
              limit: 100
              realms: [auth.example.org, "https://auth.example.net:8443/"]
            """);

        var hub = configuration.EndpointFor(Asking.Repository("nginx"));
        Assert.Equal("Docker Hub", hub.Name);
        Assert.Equal("https://registry-1.docker.io/", hub.ApiUrl.ToString());
        Assert.Equal("secret:foo/bar#creds", hub.Credentials?.ToString());
        Assert.Equal("library", hub.DefaultNamespace);
        Assert.True(hub.IsDefault);
        Assert.Equal(new HostLimits(8, 20), hub.Limits);

        var mirror = configuration.EndpointFor(Asking.Repository("registry.example.com:5000/mirror/web"));
        Assert.Equal("Mirror", mirror.Name);
        Assert.True(mirror.Insecure);
        Assert.Equal(new HostLimits(8, 100), mirror.Limits);
        Assert.Equal(["auth.example.org", "auth.example.net:8443"], mirror.Realms);
        Assert.Equal("http://mirror.example.com/registry/v2/mirror/web/tags/list?n=5", mirror.UrlOf(Asking.Repository("registry.example.com:5000/mirror/web"), "tags/list?n=5").ToString());

        Assert.Equal(["registry 'Docker Hub': credsexpire", "registry 'Docker Hub': tagsortmode", "registry 'Docker Hub': ping"], configuration.Notes.Select(note => note.Split(" has no")[0]));
    }

    [Theory]
    [InlineData("5h", "5:00:00")]
    [InlineData("1h30m", "1:30:00")]
    [InlineData("1.5h", "1:30:00")]
    [InlineData("90s500ms", "0:01:30.5")]
    [InlineData("9999999999h", "3650.00:00:00")]
    [InlineData("0", null)]
    [InlineData("0h", null)]
    public void What_a_program_gave_is_used_for_as_long_as_credsexpire_says(string text, string? lifetime)
    {
        var configuration = Read($"registries:\n- name: a\n  prefix: a.io\n  credentials: ext:/scripts/login\n  credsexpire: {text}\n");

        Assert.Equal(lifetime is null ? null : TimeSpan.Parse(lifetime, System.Globalization.CultureInfo.InvariantCulture), configuration.EndpointFor(Asking.Repository("a.io/web")).CredentialLifetime);
        Assert.Empty(configuration.Notes);
    }

    [Theory]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "aws", "", null)]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "aws", "https://vpce-1.example.com", null)]
    [InlineData("mirror.example.com", "gcp", "https://eu-docker.pkg.dev", null)]
    [InlineData("mirror.example.com", "gcp", "", "gcp")]
    [InlineData("team.azurecr.io", "aws", "", "aws")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.net", "aws", "", "aws")]
    public void A_cloud_is_named_for_registries_of_that_cloud_alone(string prefix, string cloud, string url, string? refused)
    {
        var text = $"registries:\n- name: a\n  prefix: {prefix}\n  credentials: {cloud}\n{(url.Length > 0 ? $"  api_url: {url}\n" : "")}";
        Assert.Equal(refused is null, RegistryConfiguration.TryParse(text, out var configuration, out var problems));
        if (refused is null)
            Assert.Equal(cloud, $"{configuration!.Endpoints[0].Credentials}");
        else
            Assert.Equal($"{cloud} is for registries of that cloud alone, and neither prefix nor api_url is the name of one", Assert.Single(problems).Message);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("insecure: true", false)]
    [InlineData("api_url: http://eu-docker.pkg.dev", false)]
    [InlineData("api_url: https://eu-docker.pkg.dev:8443", false)]
    [InlineData("api_url: https://proxy.example.com", false)]
    public void An_identity_goes_by_itself_only_where_the_cloud_itself_answers(string field, bool expected)
    {
        var endpoint = Read($"registries:\n- name: a\n  prefix: eu-docker.pkg.dev\n  {field}\n").Endpoints[0];
        Assert.Equal(expected, endpoint.IsCloudItself);
        Assert.NotNull(endpoint.Cloud);
        Assert.False(RegistryEndpoint.Of("ghcr.io").IsCloudItself);
        Assert.True(RegistryEndpoint.Of("gcr.io").IsCloudItself);
    }

    [Fact]
    public void All_problems_are_reported_at_once_with_line_registry_field_and_what_is_allowed()
    {
        Assert.False(RegistryConfiguration.TryParse(
            """
            registries:
            - name: One
              prefix: one.example.com
              api_url: ftp://user:s3cret@one.example.com
              limit: many
              insecure: perhaps
              colour: red
            - prefix: "*.example.com"
              credentials: password
              credsexpire: soon
              tagsortmode: random
              defaultns: Über
            - name: Three
              realms: ["https://", "a b"]
              ca_file: /does/not/exist.pem
              ca_data: hello
            - name: Four
              prefix: [a]
            - nothing
            """,
            out _,
            out var problems));

        Assert.Equal(
            [
                "4 One api_url: it is not the URL of a registry: https://<host>[:<port>][/<path>], or http:// for one without TLS, without user, query and fragment",
                "5 One limit: 'many' is not a number of requests per second, allowed are 1 to 10000, or 0 for the default",
                "6 One insecure: 'perhaps' is neither true nor false",
                "7 One colour: the field is not known, allowed are name, prefix, api_url, ping, credentials, credsexpire, insecure, ca_file, ca_data, defaultns, default, limit, tagsortmode, realms, push_times",
                "8 *.example.com name: it is missing, every registry has a name",
                "8 *.example.com prefix: '*.example.com' is not the beginning of image names: a registry such as ghcr.io or localhost:5000, and where wanted the first parts of the path",
                "9 *.example.com credentials: credential reference 'password' cannot be read: allowed are pullsecret:<namespace>/<name>, secret:<namespace>/<name>#<field>, env:<NAME> and ext:<absolute path>, and aws, gcp and azure",
                "10 *.example.com credsexpire: 'soon' is not a duration, for example 30m, 5h or 1h30m",
                "11 *.example.com tagsortmode: 'random' is not known, allowed are none, latest-first and latest-last",
                "12 *.example.com defaultns: 'Über' is not the first part of repository names, for example library",
                "13 Three prefix: it is missing, it says which images come from the registry, for example ghcr.io",
                "14 Three realms: 'https://' is not a host, allowed are hosts with or without port, for example auth.example.com",
                "14 Three realms: 'a b' is not a host, allowed are hosts with or without port, for example auth.example.com",
                "15 Three ca_file: '/does/not/exist.pem' cannot be read: there is no such file",
                "16 Three ca_data: it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----",
                "18 Four prefix: it is a list or a mapping, a single value is wanted",
                "19 number 5 : a registry is a list of fields, with at least name and prefix",
            ],
            problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Field, StringComparer.Ordinal).Select(problem => $"{problem.Line} {problem.Entry} {problem.Field}: {problem.Message}"));
        Assert.DoesNotContain(problems, problem => problem.ToString().Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("registries: [", "the file is not YAML")]
    [InlineData("- name: x", "line 1: the file has no 'registries:' at its top")]
    [InlineData("registries: 5", "'registries' is not a list")]
    [InlineData("registry: []", "'registry' is not known at the top of the file")]
    [InlineData("registries: [{name: a, prefix: ghcr.io}, {name: b, prefix: ghcr.io}]", "'ghcr.io' is already the prefix of registry 'a'")]
    [InlineData("registries: [{name: a, prefix: a.io, default: true}, {name: b, prefix: b.io, default: true}]", "registry 'a' is already the default")]
    [InlineData("registries: [{name: a, name: b}]", "not YAML")]
    public void A_file_that_can_not_be_meant_is_a_problem(string text, string part)
    {
        Assert.False(RegistryConfiguration.TryParse(text, out _, out var problems));
        Assert.Contains(problems, problem => problem.ToString().Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("registries:")]
    [InlineData("registries: []")]
    public void An_empty_file_changes_nothing(string text) => Assert.Empty(Read(text).Endpoints);

    [Theory]
    [InlineData("docker.io/library/nginx", "https://registry-1.docker.io/v2/library/nginx/x", 20)]
    [InlineData("ghcr.io/team/web", "https://ghcr.io/v2/team/web/x", 20)]
    [InlineData("registry.example.com:5000/web", "https://registry.example.com:5000/v2/web/x", 20)]
    [InlineData("10.0.0.1:5000/web", "https://10.0.0.1:5000/v2/web/x", 20)]
    [InlineData("localhost:5000/web", "http://localhost:5000/v2/web/x", 1000)]
    [InlineData("127.0.0.1:5000/web", "http://127.0.0.1:5000/v2/web/x", 1000)]
    [InlineData("127.1.2.3/web", "http://127.1.2.3/v2/web/x", 1000)]
    [InlineData("[::1]:5000/web", "http://[::1]:5000/v2/web/x", 1000)]
    public void A_registry_that_nobody_configured_is_reached_as_its_name_says(string repository, string url, int limit)
    {
        var endpoint = RegistryConfiguration.Empty.EndpointFor(Asking.Repository(repository));
        Assert.Equal(url, endpoint.UrlOf(Asking.Repository(repository), "x").ToString());
        Assert.Equal(limit, endpoint.Limits.RequestsPerSecond);
    }

    [Theory]
    [InlineData("registry.example.com/team/web", "team")]
    [InlineData("registry.example.com/teammates/web", "all")]
    [InlineData("registry.example.com/team", "all")]
    [InlineData("registry.example.com.org/team/web", "registry.example.com.org")]
    public void The_longest_prefix_wins(string repository, string name) => Assert.Equal(
        name,
        Read("registries: [{name: all, prefix: registry.example.com}, {name: team, prefix: registry.example.com/team}]").EndpointFor(Asking.Repository(repository)).Name);

    [Theory]
    [InlineData("web", "quay.example.com/stock/web")]
    [InlineData("team/web", "quay.example.com/team/web")]
    [InlineData("docker.io/web", "docker.io/library/web")]
    [InlineData("ghcr.io/team/web", "ghcr.io/team/web")]
    public void Images_without_a_registry_come_from_the_default(string image, string expected)
    {
        var configuration = Read("registries: [{name: stock, prefix: quay.example.com, defaultns: stock, default: true}]");
        Assert.True(ImageReference.TryParse(image, out var reference, out _));

        var repository = configuration.RepositoryOf(reference);

        Assert.Equal(expected, $"{repository.Registry}/{configuration.EndpointFor(repository).PathOf(repository)}");
    }

    [Fact]
    public void An_entry_without_prefix_is_the_default_registry() =>
        Assert.Equal("quay.example.com", Assert.Single(Read("registries: [{name: old, api_url: 'https://quay.example.com'}]").Endpoints, endpoint => endpoint.IsDefault).Prefix);

    private static RegistryConfiguration Read(string text) => Asking.Configuration(text);
}
