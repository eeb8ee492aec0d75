using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Credentials;

public sealed class DockerConfigJsonTests
{
    [Theory]
    [InlineData("https://index.docker.io/v1/", "nginx")]
    [InlineData("index.docker.io", "docker.io/library/nginx")]
    [InlineData("docker.io", "team/web")]
    [InlineData("https://ghcr.io", "ghcr.io/team/web")]
    [InlineData("GHCR.io/", "ghcr.io/team/web")]
    [InlineData("ghcr.io/v2/team", "ghcr.io/team/web")]
    [InlineData("localhost:5000", "localhost:5000/web")]
    [InlineData("ghcr.io/team", "ghcr.io/team/web")]
    [InlineData("ghcr.io/team/web", "ghcr.io/team/web")]
    [InlineData("https://registry-1.docker.io/v2/", "nginx")]
    [InlineData("docker.io/team", "team/web")]
    [InlineData("https://registry.example.com:8443/v1/", "registry.example.com:8443/web")]
    [InlineData("http://registry.example.com/v2/team/", "registry.example.com/team/web")]
    [InlineData("*.example.com", "registry.example.com/web")]
    [InlineData("https://*.Example.com/v2/", "registry.example.com/web")]
    [InlineData("*.example.com:5000/team", "registry.example.com:5000/team/web")]
    [InlineData("12345.dkr.ecr.*.amazonaws.com", "12345.dkr.ecr.eu-west-1.amazonaws.com/web")]
    [InlineData("reg-?.example.com", "reg-1.example.com/web")]
    [InlineData("[::1]:5000", "[::1]:5000/web")]
    public void A_key_covers_what_lies_below_it(string key, string image) => Assert.Equal("me", Find(Config(Entry(key, "me")), image)?.Username);

    [Theory]
    [InlineData("ghcr.io/team/we", "ghcr.io/team/web")]
    [InlineData("localhost", "localhost:5000/web")]
    [InlineData("example.com", "evil-example.com/web")]
    [InlineData("example.com", "example.com.evil.org/web")]
    [InlineData("ghcr.io", "nginx")]
    [InlineData("registry.example.com", "registry.example.com:5000/web")]
    [InlineData("registry.example.com:5000", "registry.example.com/web")]
    [InlineData("*.example.com", "example.com/web")]
    [InlineData("*.example.com", "a.registry.example.com/web")]
    [InlineData("*.example.com", "registry.example.com:5000/web")]
    [InlineData("*.example.com:5000", "registry.example.com/web")]
    [InlineData("*", "registry.example.com/web")]
    [InlineData("*.com", "evil.example.com/web")]
    [InlineData("docker.io/library", "team/web")]
    public void A_key_covers_nothing_else(string key, string image) => Assert.Null(Find(Config(Entry(key, "me")), image));

    [Fact]
    public void The_longest_key_wins()
    {
        var json = Config(Entry("ghcr.io/team", "team"), Entry("ghcr.io", "all"), Entry("ghcr.io/team/web", "web"));
        Assert.Equal("web", Find(json, "ghcr.io/team/web")?.Username);
        Assert.Equal("team", Find(json, "ghcr.io/team/api")?.Username);
        Assert.Equal("all", Find(json, "ghcr.io/other")?.Username);
    }

    [Fact]
    public void A_registry_that_is_named_wins_over_a_pattern_and_a_path_over_both()
    {
        var json = Config(Entry("*.example.com", "any"), Entry("registry.example.com", "named"), Entry("*.example.com/team", "team"), Entry("reg*.example.com", "longer"));
        Assert.Equal("team", Find(json, "registry.example.com/team/web")?.Username);
        Assert.Equal("named", Find(json, "registry.example.com/web")?.Username);
        Assert.Equal("longer", Find(json, "region.example.com/web")?.Username);
        Assert.Equal("any", Find(json, "other.example.com/web")?.Username);
    }

    [Theory]
    [InlineData("me:hunter2@ghcr.io")]
    [InlineData("https://me:hunter2@ghcr.io/v2/")]
    [InlineData("ghcr .io")]
    [InlineData("https://")]
    public void A_key_that_is_no_registry_is_told_without_what_may_be_a_password(string key)
    {
        Assert.True(DockerConfigJson.TryParse(Config(Entry(key, "me")), out var config, out _));
        Assert.Contains("is not named like a registry", Assert.Single(config.Problems), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", config.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_stand_in_auth_or_apart_or_are_a_token()
    {
        Assert.Equal(new UserCredential("a", new Secret("b:c")), Find("""{"auths":{"x.io":{"auth":"YTpiOmM="}}}""", "x.io/y"));
        Assert.Equal(new UserCredential("a", new Secret("b:c")), Find("""{"auths":{"x.io":{"auth":"YTpiOmM"}}}""", "x.io/y"));
        Assert.Equal(new UserCredential("a", new Secret("b")), Find("""{"auths":{"x.io":{"username":"a","password":"b"}}}""", "x.io/y"));
        var token = Find("""{"auths":{"x.io":{"auth":"YTpi","identitytoken":"t"}}}""", "x.io/y");
        Assert.Equal(new UserCredential("", new Secret("t")), token);
        Assert.True(token?.IsToken);
    }

    [Fact]
    public void The_older_form_has_no_auths() => Assert.Equal("a", Find("""{"https://x.io/v1/":{"auth":"YTpi","email":"a@b"}}""", "x.io/y")?.Username);

    [Fact]
    public void A_bad_entry_leaves_the_others_alone()
    {
        Assert.True(DockerConfigJson.TryParse("""{"auths":{"x.io":{"auth":"aHVudGVyMg=="},"y.io":{"auth":"YTpi"},"z.io":{"email":"x"},"w.io":5}}""", out var config, out _));
        Assert.Equal(3, config.Problems.Count);
        Assert.All(config.Problems, problem => Assert.DoesNotContain("aHVudGVyMg", problem, StringComparison.Ordinal));
        Assert.Null(config.Find(Repository("x.io/a")));
        Assert.NotNull(config.Find(Repository("y.io/a")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("[]")]
    [InlineData("""{"auths":"hunter2"}""")]
    [InlineData("""{"credsStore":"hunter2"}""")]
    [InlineData("""{"auths":{"x.io":{"auth":"hunter2""")]
    [InlineData("""{"auths":{"\ud800":{"auth":"hunter2"}}}""")]
    [InlineData("""{"auths":{"x.io":{"auth":"\ud800"}}}""")]
    public void What_is_no_configuration_is_told_without_repeating_it(string json)
    {
        Assert.False(DockerConfigJson.TryParse(json, out _, out var problem));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_is_bounded()
    {
        Assert.False(DockerConfigJson.TryParse(new string(' ', DockerConfigJson.MaxLength + 1), out _, out var problem));
        Assert.Contains("at most 1048576", problem, StringComparison.Ordinal);
        Assert.False(DockerConfigJson.TryParse("{\"auths\":" + new string('[', 5000), out _, out _));
    }

    private static UserCredential? Find(string json, string image)
    {
        Assert.True(DockerConfigJson.TryParse(json, out var config, out var problem), problem);
        Assert.Empty(config.Problems);
        return config.Find(Repository(image));
    }

    private static RepositoryName Repository(string image)
    {
        Assert.True(RepositoryName.TryParse(image, out var repository, out var problem), problem);
        return repository;
    }

    private static KeyValuePair<string, JsonNode?> Entry(string key, string user) =>
        new(key, new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:password")) });

    private static string Config(params KeyValuePair<string, JsonNode?>[] entries) => new JsonObject { ["auths"] = new JsonObject(entries) }.ToJsonString();
}
