using System.Text;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Credentials.Clouds;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Tests.Adapters.Credentials.Clouds;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Registries;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Controller;

public sealed class RegistryAnswersTests
{
    private static readonly NamespacedName Application = new("argocd", "web");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_that_everybody_may_see_is_seen_although_the_identity_of_the_process_may_not(bool isPublic)
    {
        // Registry and cloud in one: it refuses every password, and lets strangers in where the image is public.
        await using var server = await ScriptedServer.StartAsync(context => AnswerAsync(context, isPublic));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = "AKID",
            ["AWS_SECRET_ACCESS_KEY"] = "s3cret",
            ["AWS_ENDPOINT_URL_ECR_PUBLIC"] = $"http://{server.Host}",
        };
        using var handler = new LoopbackHandler();
        using var cache = new CredentialCache(TimeProvider.System);
        using var clouds = new CloudCredentials(cache, environment.GetValueOrDefault, TimeProvider.System, handler);
        using var asking = new Asking();
        using var cycle = new RegistryCycle(asking.Client, Token);
        var sources = new CredentialSources
        {
            Secrets = (_, _) => default,
            Programs = new CredentialPrograms(new ProcessRunner(TimeProvider.System)),
            Cache = cache,
            Clouds = clouds,
            OfRegistry = repository => new RegistryAccount(repository.Registry, null, null)
            {
                Cloud = new CloudAccount(CloudRegistry.Find("public.ecr.aws")!, new Uri($"http://{server.Host}/"), IsAutomatic: true),
            },
        };
        var credentials = new CredentialResolver(sources);
        var answers = new RegistryAnswers(cycle, RegistryConfiguration.Empty, credentials, new KeyResolver(credentials, sources), new TrustSection());

        var answer = await answers.AskAsync(Application, Image(server.Host), RegistryQuestion.TagList.Instance, Token);

        if (isPublic)
            Assert.Equal("1.0.0", Assert.Single(Assert.IsType<RegistryAnswer.Tags>(answer).All).Text);
        else
            Assert.Contains("does not let these credentials read", Assert.IsType<RegistryAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count(request => request.Method == "POST"));

        // A version that nobody can describe is described by nobody, and nothing fails.
        Assert.True(ImageVersion.TryParse("1.0.0", out var version, out _));
        Assert.Equal(isPublic ? "1.0.0" : null, (await answers.DescribeAsync(Application, Image(server.Host), version, Token))?.Labels[ImageAbout.RevisionLabel]);
        Assert.True(ImageVersion.TryParse("2.0.0", out version, out _));
        Assert.Null(await answers.DescribeAsync(Application, Image(server.Host), version, Token));
    }

    private static ImagePolicy Image(string host) => AnnotationReader.Read(
        new ApplicationSnapshot
        {
            Name = Application,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [$"{AnnotationKeys.Prefix}{AnnotationKeys.ImageList}"] = $"web={host}/team/web" },
            Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/a.git", Path = ".", Kind = SourceKind.Helm }],
        },
        new AnnotationDefaults())!.Images[0];

    private static Task AnswerAsync(HttpContext context, bool isPublic)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var token = Convert.ToBase64String(Encoding.UTF8.GetBytes("AWS:not-allowed"));
            return context.SendAsync(200, $$$"""{"authorizationData":{"authorizationToken":"{{{token}}}"} }""");
        }

        if (context.Request.Query.ContainsKey("service") || context.Request.Path == "/token")
            return context.SendAsync(200, context.Request.Headers.Authorization.Count > 0 ? """{"token":"of-the-identity"}""" : """{"token":"of-nobody"}""");
        switch (context.Request.Headers.Authorization.ToString())
        {
            case "Bearer of-nobody" when context.Request.Path.Value!.EndsWith("/manifests/2.0.0", StringComparison.Ordinal):
                return context.SendAsync(500);
            case "Bearer of-nobody" when isPublic && context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal):
                return context.SendAsync(200, """{"config":{"mediaType":"application/vnd.oci.empty.v1+json"},"annotations":{"org.opencontainers.image.revision":"1.0.0"}}""");
            case "Bearer of-nobody" when isPublic:
                return context.SendAsync(200, """{"name":"team/web","tags":["1.0.0"]}""");
            case "Bearer of-the-identity":
                return context.SendAsync(403, """{"errors":[{"code":"DENIED","message":"no"}]}""");
            default:
                context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"registry\"";
                return context.SendAsync(401);
        }
    }
}
