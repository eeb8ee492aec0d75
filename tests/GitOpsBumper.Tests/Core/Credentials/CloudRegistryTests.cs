using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Tests.Core.Credentials;

public sealed class CloudRegistryTests
{
    [Theory]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/")]
    [InlineData("123456789012.DKR.ECR.US-GOV-WEST-1.amazonaws.com", "us-gov-west-1", "https://api.ecr.us-gov-west-1.amazonaws.com/")]
    [InlineData("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1", "https://ecr-fips.us-east-1.amazonaws.com/")]
    [InlineData("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "https://api.ecr.cn-north-1.amazonaws.com.cn/")]
    [InlineData("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "https://ecr.eu-west-1.api.aws/")]
    [InlineData("123456789012.dkr-ecr-fips.us-east-1.on.aws", "us-east-1", "https://ecr-fips.us-east-1.api.aws/")]
    [InlineData("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1", "https://ecr.cn-north-1.api.amazonwebservices.com.cn/")]
    public void The_region_of_a_private_registry_of_Amazon_is_in_its_name(string host, string region, string api)
    {
        Assert.True(CloudRegistry.TryParse(host, out var registry));
        var ecr = Assert.IsType<CloudRegistry.Ecr>(registry);
        Assert.Equal((region, api, Cloud.Aws), (ecr.Region, ecr.Api.AbsoluteUri, ecr.Cloud));
    }

    [Theory]
    [InlineData("public.ecr.aws", Cloud.Aws)]
    [InlineData("gcr.io", Cloud.Gcp)]
    [InlineData("eu.gcr.io", Cloud.Gcp)]
    [InlineData("europe-west1-docker.pkg.dev", Cloud.Gcp)]
    [InlineData("us-docker.pkg.dev", Cloud.Gcp)]
    [InlineData("team.azurecr.io", Cloud.Azure)]
    [InlineData("team-abc123.azurecr.cn", Cloud.Azure)]
    [InlineData("team.azurecr.us", Cloud.Azure)]
    public void Registries_of_clouds_are_recognised(string host, Cloud cloud)
    {
        Assert.True(CloudRegistry.TryParse(host, out var registry));
        Assert.Equal((cloud, host), (registry.Cloud, registry.Host));
    }

    [Theory]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com.attacker.net")]
    [InlineData("attacker.net.dkr.ecr.eu-west-1.amazonaws.com")]
    [InlineData("evil-dkr.ecr.eu-west-1.amazonaws.com")]
    [InlineData("12345678901.dkr.ecr.eu-west-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.co")]
    [InlineData("123456789012.dkr.ecr.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.a/b.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com:443")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com.")]
    [InlineData("public.ecr.aws.attacker.net")]
    [InlineData("xpublic.ecr.aws")]
    [InlineData("a.public.ecr.aws")]
    [InlineData("evilgcr.io")]
    [InlineData("gcr.io.attacker.net")]
    [InlineData("a.b.gcr.io")]
    [InlineData("docker.pkg.dev")]
    [InlineData("evildocker.pkg.dev")]
    [InlineData("us-python.pkg.dev")]
    [InlineData("a.us-docker.pkg.dev")]
    [InlineData("azurecr.io")]
    [InlineData("evilazurecr.io")]
    [InlineData("team.azurecr.io.attacker.net")]
    [InlineData("a.team.azurecr.io")]
    [InlineData(".azurecr.io")]
    [InlineData("team.azurecr.de")]
    [InlineData("ghcr.io")]
    [InlineData("")]
    public void What_only_looks_like_one_is_none(string host) => Assert.False(CloudRegistry.TryParse(host, out _));

    [Fact]
    public void A_token_of_Amazon_is_for_a_region_of_Google_for_all_and_of_Azure_for_one_registry()
    {
        static string Audience(string host) => CloudRegistry.Find(host)!.Audience;
        Assert.Equal(Audience("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), Audience("210987654321.dkr.ecr.eu-west-1.amazonaws.com"));
        Assert.NotEqual(Audience("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), Audience("123456789012.dkr.ecr.eu-west-2.amazonaws.com"));
        Assert.NotEqual(Audience("123456789012.dkr.ecr.us-east-1.amazonaws.com"), Audience("public.ecr.aws"));
        Assert.Equal(Audience("gcr.io"), Audience("us-docker.pkg.dev"));
        Assert.NotEqual(Audience("one.azurecr.io"), Audience("two.azurecr.io"));
    }

    [Fact]
    public void A_cloud_may_be_named_for_a_registry_and_not_by_an_annotation()
    {
        Assert.True(CredentialReference.TryParseForRegistry("gcp", out var reference, out _));
        Assert.Equal(new CredentialReference.OfCloud(Cloud.Gcp), reference);
        Assert.False(CredentialReference.TryParse("gcp", out _, out var problem));
        Assert.Equal("credential reference 'gcp' cannot be read: clouds may be named in registries.conf alone; their registries are recognised by their names without that", problem);
        Assert.False(CredentialReference.TryParseForRegistry("ibm", out _, out problem));
        Assert.EndsWith("env:<NAME> and ext:<absolute path>, and aws, gcp and azure", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_json_key:{\n  \"type\": \"service_account\",\n  \"private_key\": \"-----BEGIN\\na+b/c=\\n\"\n}\n", "{\"type\":\"service_account\",\"private_key\":\"-----BEGIN\\na+b/c=\\n\"}")]
    [InlineData("_json_key:{\"type\": \"service_account\"}", "{\"type\": \"service_account\"}")]
    [InlineData("_json_key_base64:eyJ0eXBlIjo=", "eyJ0eXBlIjo=")]
    public void A_key_of_Google_is_one_line_whatever_it_was(string text, string password)
    {
        Assert.True(UserCredential.TryParse(text, out var credential, out _));
        Assert.Equal(password, credential.Password.Reveal());
    }

    [Theory]
    [InlineData("_json_key:{\n\"s3cret\"")]
    [InlineData("_json_key:s3cret\nX-Header: 1")]
    [InlineData("_json_key:[\n]")]
    [InlineData("json_key:{\n}")]
    [InlineData("_json_key\n:{}")]
    public void Other_lines_are_refused_and_never_shown(string text)
    {
        Assert.False(UserCredential.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }
}
