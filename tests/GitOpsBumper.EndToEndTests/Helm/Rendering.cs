using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.EndToEndTests.Helm;

/// <summary>What a chart was rendered to, or why it was not.</summary>
internal sealed record Rendering(int ExitCode, string Text, string Error)
{
    /// <summary>Of all Deployments: their names, the names of their containers, and the images.</summary>
    public IReadOnlyList<(string Deployment, string Container, string Image)> Images
    {
        get
        {
            Assert.True(ExitCode == 0, Error);
            var stream = new YamlStream();
            stream.Load(new StringReader(Text));
            return
            [
                .. from document in stream.Documents
                   let root = document.RootNode
                   from container in (YamlSequenceNode)root["spec"]["template"]["spec"]["containers"]
                   select (root["metadata"]["name"].ToString(), container["name"].ToString(), container["image"].ToString()),
            ];
        }
    }

    /// <summary>The image of the one container of a Deployment.</summary>
    public string Image(string deployment) => Assert.Single(Images, image => image.Deployment == deployment).Image;

    /// <summary>Why there is no Deployment.</summary>
    public string Refusal()
    {
        Assert.True(ExitCode != 0, Text);
        return Error;
    }
}
