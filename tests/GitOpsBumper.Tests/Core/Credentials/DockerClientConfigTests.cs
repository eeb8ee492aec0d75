using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Credentials;

public sealed class DockerClientConfigTests
{
    private const string Config = """
        {
          "auths": { "https://index.docker.io/v1/": {}, "quay.io": { "auth": "YTpi" }, "quay.io/team": { "identitytoken": "t" } },
          "credHelpers": { "123.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login", "https://gcr.io": "gcloud" },
          "credsStore": "desktop",
          "proxies": { "default": { "httpProxy": "http://proxy" } }
        }
        """;

    [Theory]
    [InlineData("123.dkr.ecr.eu-west-1.amazonaws.com/web", "ecr-login", false, "123.dkr.ecr.eu-west-1.amazonaws.com")]
    [InlineData("gcr.io/team/web", "gcloud", false, "gcr.io")]
    [InlineData("nginx", "desktop", true, "https://index.docker.io/v1/")]
    [InlineData("localhost:5000/web", "desktop", true, "localhost:5000")]
    public void The_helper_of_the_registry_comes_before_the_store_of_all(string image, string helper, bool isForAll, string server)
    {
        Assert.Equal(helper, Parse(Config).HelperFor(Repository(image), out var all));
        Assert.Equal(isForAll, all);
        Assert.Equal(server, DockerClientConfig.ServerOf(Repository(image)));
    }

    [Fact]
    public void What_stands_in_the_file_is_found_and_empty_entries_are_no_mistake()
    {
        var config = Parse(Config);
        Assert.Empty(config.Problems);
        Assert.Equal(new UserCredential("a", new Secret("b")), config.Find(Repository("quay.io/web")));
        Assert.True(config.Find(Repository("quay.io/team/web"))?.IsToken);
        Assert.Null(config.Find(Repository("nginx")));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"auths":null,"credHelpers":null,"credsStore":""}""")]
    public void Nothing_in_it_is_no_mistake(string json)
    {
        Assert.Empty(Parse(json).Problems);
        Assert.Null(Parse(json).HelperFor(Repository("nginx"), out _));
    }

    [Theory]
    [InlineData("""{"credsStore":"../../tmp/evil"}""", "'credsStore' is not the name of a credential helper")]
    [InlineData("""{"credsStore":"Desktop"}""", "'credsStore' is not the name of a credential helper")]
    [InlineData("""{"credsStore":5}""", "'credsStore' is not the name of a credential helper")]
    [InlineData("""{"credHelpers":{"docker.io":"a b"}}""", "'credHelpers of docker.io' is not the name of a credential helper")]
    [InlineData("""{"credHelpers":[]}""", "'credHelpers' is not an object")]
    [InlineData("""{"auths":"hunter2"}""", "'auths' is not an object")]
    [InlineData("""{"auths":{"docker.io":{"auth":"hunter2"}}}""", "'auth' of entry 'docker.io' of the docker configuration is not <user>:<password> in base64")]
    public void A_bad_part_is_named_and_matches_nothing(string json, string sentence)
    {
        var config = Parse(json);
        Assert.StartsWith(sentence, Assert.Single(config.Problems), StringComparison.Ordinal);
        Assert.Null(config.HelperFor(Repository("nginx"), out _));
        Assert.Null(config.Find(Repository("nginx")));
        Assert.DoesNotContain("hunter2", config.Problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("hunter2")]
    [InlineData("""{"auths":{"\ud800":{"auth":"hunter2"}}}""")]
    public void What_is_no_configuration_is_told_without_repeating_it(string json)
    {
        Assert.False(DockerClientConfig.TryParse(json, out _, out var problem));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    private static DockerClientConfig Parse(string json) => DockerClientConfig.TryParse(json, out var config, out var problem) ? config : throw new InvalidOperationException(problem);

    private static RepositoryName Repository(string image) => RepositoryName.TryParse(image, out var name, out var problem) ? name : throw new InvalidOperationException(problem);
}
