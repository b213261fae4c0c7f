// Repairs each oval of src/train/python/measure.py and saves it with its surroundings.
// Argument: the folder of `measure.py places`, a comma, the name of the method, a comma, the options of Image to Image. Options without
// feather and context get those with which the dialog begins a repair.
argument = split(getArgument(), ",");
work = argument[0] + File.separator;
method = argument[1];
options = argument[2];
margin = 32;
File.makeDirectory(work + method);
setBatchMode(true);
files = getFileList(work);
for (f = 0; f < files.length; f++) {
  if (endsWith(files[f], ".csv")) {
    name = replace(files[f], ".csv", "");
    open(work + name + ".tif");
    picture = getImageID();
    rows = split(File.openAsString(work + files[f]), "\n");
    for (k = 0; k < rows.length - 1; k++) {
      place = split(rows[k + 1], ",");
      x = parseInt(place[0]); y = parseInt(place[1]); w = parseInt(place[2]); h = parseInt(place[3]);
      selectImage(picture);
      makeOval(x, y, w, h);
      around = "";
      if (indexOf(options, "context=") < 0) {
        feather = minOf(4, floor(minOf(w, h) / 12));
        context = maxOf(floor((128 - maxOf(w, h)) / 2), floor(maxOf(w, h) / 6));
        around = " feather=" + feather + " context=" + context;
      }
      run("Image to Image...", options + around + " seed=" + k);
      left = maxOf(0, x - margin); top = maxOf(0, y - margin);
      right = minOf(getWidth(), x + w + margin); bottom = minOf(getHeight(), y + h + margin);
      run("Remove Overlay");
      makeRectangle(left, top, right - left, bottom - top);
      run("Crop");
      saveAs("Tiff", work + method + File.separator + name + "-" + k);
      close();
    }
    selectImage(picture);
    close();
  }
}
